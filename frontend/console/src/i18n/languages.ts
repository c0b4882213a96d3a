import { setCookie } from "../api/cookies";

export const LANGUAGES = { en: "English", "zh-hans": "简体中文", es: "Español" } as const;
export type Language = keyof typeof LANGUAGES;

// The name of Django's own cookie: pages that the server draws follow the same choice.
const COOKIE = "django_language";

/** Return whether a word names one of our languages. */
export const isLanguage = (word: string | undefined): word is Language => word !== undefined && word in LANGUAGES;

/** Return the language of the page, which the server has chosen for this browser or the person has set. */
export function currentLanguage(): Language {
  const word = document.documentElement.lang.toLowerCase();
  return isLanguage(word) ? word : "en";
}

/** Go on in another language, also after a reload. */
export function keepLanguage(language: Language): void {
  document.documentElement.lang = language;
  setCookie(COOKIE, language);
}

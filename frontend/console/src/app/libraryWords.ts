import type { ConfigProviderProps } from "antd";
// From the folder that the library itself reads: it holds its English anyway, and another copy would weigh 13 kB.
import english from "antd/es/locale/en_US";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { isLanguage, type Language } from "../i18n/languages";

type Words = ConfigProviderProps["locale"];

// The library's own words, fetched for the language in use alone. Its calendars are used nowhere, so that their words
// are left out; dates are the browser's own fields.
const WORDS: Record<Language, () => Promise<{ default: Words }>> = {
  en: () => Promise.resolve({ default: english }),
  es: () => import("antd/es/locale/es_ES"),
  "zh-hans": () => import("antd/es/locale/zh_CN"),
};

/** Return the component library's words in the page's language. */
export function useLibraryWords(): Words {
  const { i18n } = useTranslation();
  // Never none: the library puts one more element around the page for words that come later, and all begins anew.
  const [words, setWords] = useState<Words>(english);
  const language = i18n.language;
  useEffect(() => {
    if (!isLanguage(language)) return;
    void WORDS[language]().then(({ default: found }) => setWords(found));
  }, [language]);
  return words;
}

import i18next, { type BackendModule } from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import { currentLanguage, keepLanguage, type Language } from "./languages";
import type { Namespace } from "./resources";

type Texts = Record<string, unknown>;

// One file a screen and language, fetched with the screen.
const files = import.meta.glob<Texts>("../**/texts/*.json", { import: "default" });
const byName = new Map(
  Object.entries(files).map(([path, load]) => {
    const [language, , folder] = path.replace(".json", "").split("/").reverse();
    return [`${folder}/${language}`, load];
  }),
);

const backend: BackendModule = {
  type: "backend",
  init: () => undefined,
  async read(language: string, namespace: string) {
    const load = byName.get(`${namespace}/${language}`);
    if (!load) throw new Error(`no texts of ${namespace} in ${language}`);
    return load();
  },
};

/** Start the texts in the page's language. */
export async function startTexts(): Promise<void> {
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: currentLanguage(),
      lowerCaseLng: true,
      fallbackLng: false,
      load: "currentOnly",
      ns: ["app", "shared"],
      defaultNS: "app",
      interpolation: { escapeValue: false }, // React escapes
      returnNull: false,
      maxRetries: 0, // whoever waits is told at once, and tries again
    });
}

/** Fetch a screen's texts before it is drawn. Throws where they cannot be had. */
export async function loadTexts(namespace: Namespace): Promise<void> {
  await i18next.loadNamespaces(namespace);
  if (!i18next.hasLoadedNamespace(namespace)) throw new Error(`module script failed: texts of ${namespace}`);
}

/** Return the texts of one screen: `const { t } = useTexts("today")`. */
export const useTexts = <N extends Namespace>(namespace: N) => useTranslation(namespace);

/** Go on in another language. */
export async function changeLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  keepLanguage(language);
}

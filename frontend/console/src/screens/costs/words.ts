import { useTexts } from "../../i18n";

/** Return how a country is called; two letters that name none are said as they are. */
export function useCountryName(): (code: string) => string {
  const { i18n } = useTexts("costs");
  return (code) => {
    try {
      return new Intl.DisplayNames(i18n.language, { type: "region" }).of(code) ?? code;
    } catch {
      return code;
    }
  };
}

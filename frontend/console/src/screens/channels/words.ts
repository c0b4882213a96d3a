import { useTexts } from "../../i18n";
import type texts from "./texts/en.json";

type Kinds = keyof (typeof texts)["kinds"];
type Settings = keyof (typeof texts)["settings"];
type Helps = keyof (typeof texts)["helps"];

/** Return how a channel is called; one without a word here is called by its kind. */
export function useKindName(): (kind: string) => string {
  const { t, i18n } = useTexts("channels");
  return (kind) => (i18n.exists(`kinds.${kind}`, { ns: "channels" }) ? t(`kinds.${kind as Kinds}`) : kind);
}

/** Return what a setting is called and what stands in it; one without words here is called as its provider calls it. */
export function useSettingWords(): (kind: string, name: string) => { label: string; help: string } {
  const { t, i18n } = useTexts("channels");
  const knows = (key: string) => i18n.exists(key, { ns: "channels" });
  return (kind, name) => {
    const own = knows(`helps.${kind}_${name}`) ? `${kind}_${name}` : name;
    return {
      label: knows(`settings.${name}`) ? t(`settings.${name as Settings}`) : name,
      help: knows(`helps.${own}`) ? t(`helps.${own as Helps}`) : "",
    };
  };
}

import { useTexts } from "../../i18n";
import type { Work } from "./queries";
import type texts from "./texts/en.json";

type Reason = keyof (typeof texts)["reasons"];

/** Return how a reason, an answer's question and its value are said; what nobody has words for is shown as it is. */
export function useWords() {
  const { t, i18n } = useTexts("today");
  const known = (group: string, word: string) => i18n.exists(`${group}.${word}`, { ns: "today" });
  return {
    reason: (word: string) => {
      const key = word.toLowerCase().replaceAll(".", "_");
      return t(`reasons.${(known("reasons", key) ? key : "other") as Reason}`);
    },
    /** Which complaint a task is about, at which level it stood; undefined where it is about none. */
    complaint: ({ data }: Pick<Work, "data">) => {
      const { number, level, category } = data as Partial<Record<string, unknown>>;
      if (typeof number !== "number" || typeof level !== "number") return undefined;
      const told = t("centre.complaint", { number, level });
      return typeof category === "string" && known("values", category)
        ? `${told}, ${t(`values.${category as keyof (typeof texts)["values"]}`)}`
        : told;
    },
    item: (word: string) => (known("items", word) ? t(`items.${word as keyof (typeof texts)["items"]}`) : word),
    value: (word: string) => (known("values", word) ? t(`values.${word as keyof (typeof texts)["values"]}`) : word),
  };
}

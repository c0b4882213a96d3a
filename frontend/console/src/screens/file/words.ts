import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import type file from "./texts/en.json";

type File = typeof file;

const KEYS = {
  fields: (word: string) => `fields.${word}`,
  gaps: (word: string) => `gaps.${word}`,
  channels: (word: string) => `channels.${word}`,
  reasons: (word: string) => `reasons.${word}`,
  counted: (word: string) => `counted.${word}`,
  complaintActions: (word: string) => `complaintActions.${word}`,
};
type Table = keyof typeof KEYS;

/** Words for the API's own: by table and word; what is newer than this page is shown as it is. */
export function useWord(): (table: Table, word: string) => string {
  const { t, i18n } = useTexts("file");
  return (table, word) => {
    const key = KEYS[table](word);
    return i18n.exists(key, { ns: "file" }) ? t(key as `fields.${keyof File["fields"]}`) : word;
  };
}

const YES_NO: Record<string, "yes" | "no"> = { True: "yes", False: "no", true: "yes", false: "no" };

/** Return how a field's value reads: yes and no, words of choices, days, languages; the rest as it is. */
export function useValue(): (field: string, value: string) => string {
  const { t, i18n } = useTexts("file");
  const word = useWord();
  const format = useFormat();
  return (field, value) => {
    if (field === "preferred_channel") return word("channels", value);
    if (field === "language" && value)
      return new Intl.DisplayNames(i18n.language, { type: "language" }).of(value) ?? value;
    const truth = YES_NO[value];
    if (truth) return t(`values.${truth}`);
    if (field === "kind" && (value === "PERSON" || value === "COMPANY")) return t(`customerKinds.${value}`);
    if (field === "contact_point" && i18n.exists(`values.${value}`, { ns: "file" }))
      return t(`values.${value as "verified" | "wrong" | "preferred"}`);
    if (field.endsWith("_date") && value) return format.day(value);
    return /^\d\d:\d\d:00$/.test(value) ? value.slice(0, 5) : value;
  };
}

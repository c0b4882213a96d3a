import { useTexts } from "../../i18n";
import type texts from "./texts/en.json";

type Values = Record<string, unknown> | null;
type Texts = typeof texts;

/** What was before and what is now, field by field; only what differs. */
export function Changes({ before, after }: { before: Values; after: Values }) {
  const { t } = useTexts("audit");
  const words = useWords();
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changed = names.filter((name) => textOf(before?.[name]) !== textOf(after?.[name]));
  return (
    <ul>
      {changed.map((name) => (
        <li key={name}>
          <span className="note">{words.field(name)}</span>{" "}
          {before?.[name] !== undefined && (
            <>
              <del aria-label={`${t("column.before")} ${words.value(before[name])}`}>{words.value(before[name])}</del>
              {" → "}
            </>
          )}
          {after?.[name] !== undefined && <ins>{words.value(after[name])}</ins>}
        </li>
      ))}
    </ul>
  );
}

/** The page's words for what the audit keeps as codes; what is newer than this page stands as it is. */
function useWords() {
  const { t, i18n } = useTexts("audit");
  const isKnown = (key: string) => i18n.exists(key, { ns: "audit" });
  const field = (name: string) =>
    isKnown(`fields.${name}`) ? t(`fields.${name as keyof Texts["fields"]}`) : name.replaceAll("_", " ");
  const value = (one: unknown): string => {
    if (typeof one === "boolean") return t(one ? "values.yes" : "values.no");
    if (typeof one === "string" && isKnown(`posts.${one}`)) return t(`posts.${one as keyof Texts["posts"]}`);
    if (Array.isArray(one)) return one.map(value).join(", ") || NOTHING;
    return textOf(one);
  };
  return { field, value };
}

const NOTHING = "–";

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return NOTHING;
  if (typeof value === "object" && Object.keys(value).length === 0) return NOTHING;
  return typeof value === "string" ? value : JSON.stringify(value);
}

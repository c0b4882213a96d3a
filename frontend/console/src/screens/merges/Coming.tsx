import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";

/** How much of each kind comes along, or stays. */
export function Coming({ title, counts }: { title: string; counts: Record<string, number> }) {
  const { t, i18n } = useTexts("merges");
  const format = useFormat();
  const kinds = Object.entries(counts);
  if (kinds.length === 0) return null;
  const word = (kind: string) =>
    i18n.exists(`kind.${kind}`, { ns: "merges" }) ? t(`kind.${kind as "tasks"}`) : kind.replaceAll("_", " ");
  return (
    <>
      <h3>{title}</h3>
      <ul className="row">
        {kinds.map(([kind, count]) => (
          <li key={kind}>
            {word(kind)}: {format.number(count)}
          </li>
        ))}
      </ul>
    </>
  );
}

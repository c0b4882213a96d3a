import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import type { Subject } from "../file/queries";
import { UndoMerge } from "../file/UndoMerge";
import type { CustomerFile } from "./queries";

/** Files that were merged into this one; each can be taken out again. */
export function Merged({ merges, subject }: { merges: CustomerFile["merges"]; subject: Subject }) {
  const { t } = useTexts("customer");
  const format = useFormat();
  if (merges.length === 0) return null;
  return (
    <section className="sheet" aria-labelledby="merged">
      <h2 id="merged">{t("merged.title")}</h2>
      <ul className="lines">
        {merges.map((merge) => (
          <li key={merge.id}>
            {merge.other_name}
            <div className="note">
              {format.dateTime(merge.at)} · {merge.actor_name}
            </div>
            {merge.allowed.includes("undo") && <UndoMerge merge={merge} stale={[[subject.kind, subject.id]]} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

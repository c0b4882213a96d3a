import { Button } from "antd";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Changed } from "./Changed";
import { type Change, type Subject, useRevert } from "./queries";
import { useWord } from "./words";

/** What was changed in a file: by whom, when, what stood there before, and from where it came. */
export function FieldHistory({ changes, subject }: { changes: readonly Change[]; subject: Subject }) {
  const { t } = useTexts("file");
  return (
    <section className="sheet" aria-labelledby="history">
      <h2 id="history">{t("history.title")}</h2>
      {changes.length === 0 && <p className="note">{t("history.empty")}</p>}
      <ul className="lines">
        {changes.map((change) => (
          <Line key={change.id} change={change} subject={subject} />
        ))}
      </ul>
    </section>
  );
}

function Line({ change, subject }: { change: Change; subject: Subject }) {
  const { t } = useTexts("file");
  const format = useFormat();
  const word = useWord();
  const revert = useRevert(subject);
  const field = word("fields", change.field);
  return (
    <li className="row">
      <div>
        <Changed change={change} />
        <div className="note">
          {format.dateTime(change.at)} · {t(`changeSources.${change.source}`)}
          {change.actor_name && ` · ${change.actor_name}`}
        </div>
      </div>
      {change.allowed.includes("revert") && (
        <Button
          size="small"
          loading={revert.isPending}
          aria-label={t("history.revertOf", { field })}
          onClick={() => revert.mutate(change.id)}
        >
          {t("history.revert")}
        </Button>
      )}
    </li>
  );
}

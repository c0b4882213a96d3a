import { Button } from "antd";
import { useState } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Refusal } from "../../shared/Refusal";
import { Changed } from "./Changed";
import { type Change, CHANGES_BROUGHT, type Subject, useChanges, useRevert } from "./queries";
import { useWord } from "./words";

interface Props {
  /** The newest, as the file brought them. */
  changes: readonly Change[];
  subject: Subject;
  /** Files that were merged into this one. */
  merged?: readonly number[];
}

/** What was changed in a file: by whom, when, what stood there before, and from where it came. */
export function FieldHistory({ changes: newest, subject, merged = [] }: Props) {
  const { t } = useTexts("file");
  const [isWhole, setWhole] = useState(false);
  const all = useChanges(subject, [subject.id, ...merged], isWhole);
  const changes = all.rows ?? newest;
  const hasOlder = all.rows ? all.hasNextPage : newest.length >= CHANGES_BROUGHT;
  const older = () => {
    setWhole(true);
    if (all.rows) void all.fetchNextPage();
  };
  return (
    <section className="sheet" aria-labelledby="history">
      <h2 id="history">{t("history.title")}</h2>
      {changes.length === 0 && <p className="note">{t("history.empty")}</p>}
      <ul className="lines">
        {changes.map((change) => (
          <Line key={change.id} change={change} subject={subject} />
        ))}
      </ul>
      <Refusal error={all.error} />
      {hasOlder && (
        <Button size="small" loading={all.isFetching} onClick={older}>
          {t("timeline.older")}
        </Button>
      )}
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

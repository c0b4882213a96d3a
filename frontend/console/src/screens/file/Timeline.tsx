import { Button } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useKeys } from "../../app/keys";
import { useTexts } from "../../i18n";
import { Empty, Failure, Loading } from "../../shared/States";
import { EntryLine } from "./EntryLine";
import { type Group, type Subject, useTimeline } from "./queries";

const GROUPS: readonly Group[] = [
  "MESSAGES",
  "CALLS",
  "NOTES",
  "VISITS",
  "APPOINTMENTS",
  "SURVEYS",
  "COMPLAINTS",
  "DOCUMENTS",
  "EDITS",
  "CONSENTS",
];

/** Everything that happened with a person or a car, newest first, or some kinds of it. */
export function Timeline({ subject }: { subject: Subject }) {
  const { t } = useTexts("file");
  // A link may lead to one kind, as from the task that is about a complaint.
  const [wanted] = useSearchParams();
  const [groups, setGroups] = useState<readonly Group[]>(() => GROUPS.filter((group) => group === wanted.get("show")));
  const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useTimeline(subject, groups);
  const toggle = (group: Group) =>
    setGroups((now) => (now.includes(group) ? now.filter((one) => one !== group) : [...now, group]));
  useKeys(t("timeline.title"), [
    { key: "o", text: t("timeline.older"), run: () => void (hasNextPage && fetchNextPage()) },
  ]);
  return (
    <section className="sheet timeline" aria-labelledby="timeline">
      <h2 id="timeline">{t("timeline.title")}</h2>
      <fieldset className="row chips">
        <legend className="unseen">{t("timeline.show")}</legend>
        {GROUPS.map((group) => (
          <label key={group}>
            <input type="checkbox" checked={groups.includes(group)} onChange={() => toggle(group)} />
            {t(`groups.${group}`)}
          </label>
        ))}
      </fieldset>
      {error && !rows && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && !rows && <Loading />}
      {rows?.length === 0 && <Empty title={t("timeline.empty")}>{t("timeline.first")}</Empty>}
      <ol className="entries">
        {rows?.map((entry) => (
          <EntryLine key={entry.key} entry={entry} isOfOneCar={subject.kind === "vehicles"} />
        ))}
      </ol>
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("timeline.older")}
        </Button>
      )}
    </section>
  );
}

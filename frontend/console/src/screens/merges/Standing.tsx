import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { sentenceOf } from "../../shared/problems";
import { Failure, Loading } from "../../shared/States";
import { Coming } from "./Coming";
import { type Field, type Merge, useMerges, useParting, useUndo } from "./queries";

/** What was merged: each can be undone, after one has seen what that comes to. */
export function Standing() {
  const { t } = useTexts("merges");
  const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useMerges();
  const [asked, setAsked] = useState<number>();
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!rows) return <Loading />;
  if (rows.length === 0) return <p className="note">{t("standing.empty")}</p>;
  return (
    <ul className="merges-pairs">
      {rows.map((merge) => (
        <li key={merge.id} className="sheet">
          <Told merge={merge} />
          {merge.allowed.includes("undo") && asked !== merge.id && (
            <Button onClick={() => setAsked(merge.id)}>{t("standing.undo")}</Button>
          )}
          {asked === merge.id && <Parting merge={merge} onDone={() => setAsked(undefined)} />}
        </li>
      ))}
      {hasNextPage && (
        <li>
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("more")}
          </Button>
        </li>
      )}
    </ul>
  );
}

function Told({ merge }: { merge: Merge }) {
  const { t } = useTexts("merges");
  const format = useFormat();
  return (
    <p>
      <Link to={`/customers/${merge.kept}`}>{t("standing.file", { id: merge.kept })}</Link> ←{" "}
      <Link to={`/customers/${merge.other}`}>{t("standing.file", { id: merge.other })}</Link>{" "}
      <span className="note">{format.dateTime(merge.at)}</span>
    </p>
  );
}

function Parting({ merge, onDone }: { merge: Merge; onDone: () => void }) {
  const { t } = useTexts("merges");
  const { t: shared } = useTexts("shared");
  const say = useSay();
  const { data: parting, error, refetch } = useParting(merge.id);
  const undo = useUndo();
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!parting) return <Loading />;
  const words = (fields: string[]) => fields.map((field) => t(`field.${field as Field}`)).join(", ");
  const done = () => {
    say.done(t("standing.undone"));
    onDone();
  };
  return (
    <div>
      {parting.fields_back.length > 0 && <p>{t("standing.back", { fields: words(parting.fields_back) })}</p>}
      {parting.fields_staying.length > 0 && <p>{t("standing.stay", { fields: words(parting.fields_staying) })}</p>}
      <Coming title={t("standing.since")} counts={parting.staying} />
      {undo.error && <p role="alert">{sentenceOf(undo.error, shared)}</p>}
      <p className="row">
        <Button type="primary" loading={undo.isPending} onClick={() => undo.mutate(merge.id, { onSuccess: done })}>
          {t("standing.part")}
        </Button>
        <Button type="text" onClick={onDone}>
          {t("comparing.leave")}
        </Button>
      </p>
    </div>
  );
}

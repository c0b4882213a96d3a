import { Button } from "antd";
import { useState } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Failure, Loading } from "../../shared/States";
import { DropZone } from "./DropZone";
import { type Document, type Subject, useDocuments, useOpening, useRemoval } from "./queries";

const MEGABYTE = 1024 * 1024;

/** The documents of a file, and a place to drop another. */
export function Documents({ subject, mayAdd }: { subject: Subject; mayAdd: boolean }) {
  const { t } = useTexts("file");
  const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useDocuments(subject);
  return (
    <section className="sheet" aria-labelledby="documents">
      <h2 id="documents">{t("documents.title")}</h2>
      {mayAdd && <DropZone subject={subject} />}
      {error && !rows && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && !rows && <Loading />}
      {rows?.length === 0 && <p className="note">{t("documents.empty")}</p>}
      <ul className="lines">
        {rows?.map((document) => (
          <Line key={document.id} document={document} subject={subject} />
        ))}
      </ul>
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("timeline.older")}
        </Button>
      )}
    </section>
  );
}

function Line({ document, subject }: { document: Document; subject: Subject }) {
  const { t } = useTexts("file");
  const format = useFormat();
  const opening = useOpening();
  const [isRemoving, setRemoving] = useState(false);
  const size = t("documents.size", { size: format.number(Math.ceil((document.size_bytes / MEGABYTE) * 10) / 10) });
  return (
    <li className="document" data-removed={document.removed_at ? true : undefined}>
      <div>
        <strong>{document.name}</strong>
        <div className="note">
          {t(`documentKinds.${document.kind}`)} · {size} · {format.date(document.added_at)} ·{" "}
          {document.actor === "owner" ? t("actors.owner") : document.actor_name}
        </div>
        {document.removed_at && <div>{t("documents.removed", { reason: document.removed_reason })}</div>}
      </div>
      <div className="row">
        {document.allowed.includes("open") && (
          <Button size="small" loading={opening.isPending} onClick={() => opening.mutate(document.id)}>
            {t("documents.open")}
          </Button>
        )}
        {document.allowed.includes("remove") && !isRemoving && (
          <Button size="small" onClick={() => setRemoving(true)}>
            {t("documents.remove")}
          </Button>
        )}
      </div>
      {isRemoving && <Removing id={document.id} subject={subject} onEnd={() => setRemoving(false)} />}
    </li>
  );
}

function Removing({ id, subject, onEnd }: { id: number; subject: Subject; onEnd: () => void }) {
  const { t } = useTexts("file");
  const removal = useRemoval(subject);
  const [reason, setReason] = useState("");
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim()) removal.mutate({ id, reason: reason.trim() }, { onSuccess: onEnd });
      }}
      onKeyDown={({ key }) => key === "Escape" && onEnd()}
    >
      <label>
        {t("documents.reason")}{" "}
        <input
          className="box"
          autoFocus
          maxLength={200}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
      <Button size="small" htmlType="submit" type="primary" loading={removal.isPending} disabled={!reason.trim()}>
        {t("documents.remove")}
      </Button>
      <Button size="small" onClick={onEnd}>
        {t("edit.cancel")}
      </Button>
    </form>
  );
}

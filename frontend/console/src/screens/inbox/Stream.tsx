import { Button } from "antd";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Failure, Loading } from "../../shared/States";
import { Bubble } from "./Bubble";
import { type Note, useMarkRead, useMessages, useNotes } from "./queries";
import { itemsOf } from "./stream";

// As near to the end as this, one reads along; further up, what arrives must not move what one reads.
const NEAR_PX = 80;

interface Parts {
  id: number;
  readUpTo: number | null;
  language: string;
}

/** What was said and noted; grows upward by pages and downward live, without moving what is being read. */
export function Stream({ id, readUpTo, language }: Parts) {
  const { t } = useTexts("inbox");
  const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useMessages(id);
  const notes = useNotes(id).rows;
  // Where the reader stood when they came: the line stays while they are here.
  const [mark] = useState(readUpTo);
  const newest = rows?.[0]?.id;
  const oldest = rows?.at(-1)?.id;
  useReading(id, newest, readUpTo);
  const { box, onScroll, hasBelow, toEnd } = useStaying(newest, oldest, notes?.[0]?.id);
  if (error && !rows) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!rows) return <Loading />;
  return (
    <div className="inbox-stream-frame">
      <div className="inbox-stream" ref={box} onScroll={onScroll} role="log" aria-label={t("stream")} tabIndex={0}>
        {hasNextPage && (
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("older")}
          </Button>
        )}
        {rows.length === 0 && <p className="state">{t("none")}</p>}
        {itemsOf(rows, notes ?? [], mark, hasNextPage).map((item) =>
          item.kind === "message" ? (
            <Bubble key={item.message.id} message={item.message} spoken={language} />
          ) : item.kind === "note" ? (
            <NoteCard key={`note-${item.note.id}`} note={item.note} />
          ) : (
            <p key="line" className="inbox-line">
              {t("line")}
            </p>
          ),
        )}
      </div>
      {hasBelow && (
        <Button className="inbox-below" type="primary" onClick={toEnd}>
          {t("newBelow")}
        </Button>
      )}
    </div>
  );
}

/** A colleague's note, drawn apart: it never leaves the centre. */
export function NoteCard({ note }: { note: Note }) {
  const { t } = useTexts("inbox");
  const format = useFormat();
  return (
    <div className="inbox-note">
      <p className="note">
        {t("noteBy", { name: note.author || t("gone") })} · <time dateTime={note.at}>{format.dateTime(note.at)}</time>
      </p>
      <p className="inbox-text">{note.text}</p>
    </div>
  );
}

/** Mark as read what is on screen, while somebody looks. */
function useReading(id: number, newest: number | undefined, readUpTo: number | null) {
  const { mutate } = useMarkRead(id);
  const marked = useRef(0);
  useEffect(() => {
    if (newest === undefined || newest <= (readUpTo ?? 0) || newest <= marked.current) return undefined;
    const mark = () => {
      if (document.visibilityState !== "visible" || marked.current >= newest) return;
      marked.current = newest;
      mutate(newest);
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [newest, readUpTo, mutate]);
}

/** Keep the reader where they are: at the end along with it, elsewhere on what they read. */
function useStaying(newest: number | undefined, oldest: number | undefined, note: number | undefined) {
  const box = useRef<HTMLDivElement>(null);
  const before = useRef({ height: 0, oldest, isNear: true });
  const [seen, setSeen] = useState(newest);
  const [isNear, setNear] = useState(true);
  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    const was = before.current;
    if (was.isNear) toEnd();
    else if (was.oldest !== oldest) current.scrollTop += current.scrollHeight - was.height;
    before.current = { ...was, height: current.scrollHeight, oldest };
  }, [newest, oldest, note]);
  const onScroll = () => {
    const { current } = box;
    if (!current) return;
    const near = current.scrollHeight - current.scrollTop - current.clientHeight < NEAR_PX;
    before.current.isNear = near;
    setNear(near);
    if (near) setSeen(newest);
  };
  return { box, onScroll, hasBelow: !isNear && newest !== seen, toEnd };
}

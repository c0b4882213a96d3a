import { Button } from "antd";
import { useRef, useState } from "react";
import { useKeys } from "../../app/keys";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Failure, Loading } from "../../shared/States";
import { useAddNote, useNotes } from "./queries";

const LONGEST_NOTE = 4000;

/** What colleagues noted; added, never changed, never sent. */
export function Notes({ id, canNote }: { id: number; canNote: boolean }) {
  const { t } = useTexts("inbox");
  const format = useFormat();
  const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useNotes(id);
  return (
    <section>
      <h2>{t("side.notes")}</h2>
      {canNote && <NewNote id={id} />}
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!rows && !error && <Loading />}
      {rows?.length === 0 && <p className="note">{t("side.noNotes")}</p>}
      <ul>
        {rows?.map((note) => (
          <li key={note.id} className="inbox-note">
            <p className="note">
              {note.author || t("gone")} · <time dateTime={note.at}>{format.dateTime(note.at)}</time>
            </p>
            <p className="inbox-text">{note.text}</p>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("more")}
        </Button>
      )}
    </section>
  );
}

function NewNote({ id }: { id: number }) {
  const { t } = useTexts("inbox");
  const add = useAddNote(id);
  const [text, setText] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  useKeys(t("keys.title"), [{ key: "n", text: t("keys.note"), run: () => box.current?.focus() }]);
  const save = () => {
    if (text.trim() && !add.isPending) add.mutate(text, { onSuccess: () => setText("") });
  };
  return (
    <form
      className="inbox-composer"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <textarea
        ref={box}
        rows={2}
        maxLength={LONGEST_NOTE}
        aria-label={t("write.noted")}
        placeholder={t("write.noted")}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            save();
          } else if (event.key === "Escape") {
            event.preventDefault();
            box.current?.blur();
          }
        }}
      />
      <Button htmlType="submit" disabled={!text.trim()} loading={add.isPending}>
        {t("write.note")}
      </Button>
    </form>
  );
}

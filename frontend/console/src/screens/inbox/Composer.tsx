import { Button } from "antd";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { useKeys } from "../../app/keys";
import { useTexts } from "../../i18n";
import { sentenceOf } from "../../shared/problems";
import { CannedList } from "./CannedList";
import { useDraft } from "./draft";
import { useTyping } from "./presence";
import { type Talk, useFill, useWrite } from "./queries";
import { useReady } from "./ready";
import { Segments } from "./Segments";
import type texts from "./texts/en.json";

type Gap = keyof (typeof texts)["gaps"];
// From here on one is told how much room is left.
const TELL_LEFT = 200;

/** Where one writes to the owner; what was written survives a failure. */
export function Composer({ talk }: { talk: Talk }) {
  const { t } = useTexts("inbox");
  const { t: shared } = useTexts("shared");
  const draft = useDraft(talk.id);
  const write = useWrite(talk.id);
  const fill = useFill(talk.id);
  const typing = useTyping(talk.id);
  const [gaps, setGaps] = useState<Gap[]>([]);
  const box = useRef<HTMLTextAreaElement>(null);
  const ready = useReady(talk.language, draft.text);
  const ids = useId();
  const left = talk.longest_text - draft.text.length;
  const canSend = draft.text.trim() !== "" && left >= 0 && !write.isPending && !ready.isOpen;
  useKeys(t("keys.title"), [{ key: "r", text: t("keys.write"), run: () => box.current?.focus() }]);

  const change = (text: string) => {
    draft.change(text);
    if (text) typing.wrote();
    else typing.stopped();
  };
  const send = async () => {
    if (!canSend) return;
    typing.stopped();
    // The failure is shown below the text, which stays.
    await write.mutateAsync({ text: draft.text, key: draft.key() }).then(
      () => {
        draft.change("");
        setGaps([]);
      },
      () => undefined,
    );
  };
  const pick = (answerId: number) =>
    fill.mutate(answerId, {
      onSuccess: ({ text, missing }) => {
        change(text);
        setGaps(missing as Gap[]);
        box.current?.focus();
      },
    });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (
      ready.isOpen &&
      ready.onKey(
        event,
        (answer) => pick(answer.id),
        () => change(""),
      )
    )
      return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape") {
      event.preventDefault();
      box.current?.closest("section")?.querySelector<HTMLElement>("[role=log]")?.focus();
    }
  };

  if (!talk.allowed.includes("write")) return <p className="banner inbox-refusal">{talk.refusal}</p>;
  return (
    <form
      className="inbox-composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {ready.isOpen && <CannedList id={ids} ready={ready} onPick={(answer) => pick(answer.id)} />}
      <textarea
        ref={box}
        rows={3}
        aria-label={t("write.label")}
        aria-describedby={`${ids}-how`}
        aria-autocomplete="list"
        aria-controls={ready.isOpen ? ids : undefined}
        aria-activedescendant={ready.isOpen && ready.chosen ? `${ids}-${ready.chosen.id}` : undefined}
        value={draft.text}
        onChange={({ target }) => change(target.value)}
        onBlur={typing.stopped}
        onKeyDown={onKeyDown}
      />
      <div className="row">
        <span id={`${ids}-how`} className="note">
          {left < 0
            ? t("write.over", { count: -left })
            : left < TELL_LEFT
              ? t("write.left", { count: left })
              : t("write.how")}
        </span>
        <Button type="primary" htmlType="submit" disabled={!canSend} loading={write.isPending}>
          {t("write.send")}
        </Button>
      </div>
      <Segments
        talk={talk}
        text={draft.text}
        onReplace={(text) => {
          change(text);
          box.current?.focus();
        }}
      />
      {gaps.length > 0 && (
        <p className="inbox-late">{t("write.gaps", { names: gaps.map((gap) => t(`gaps.${gap}`)).join(", ") })}</p>
      )}
      {write.error && (
        <p className="inbox-trouble" role="alert">
          {sentenceOf(write.error, shared)} {t("write.failed")}
        </p>
      )}
    </form>
  );
}

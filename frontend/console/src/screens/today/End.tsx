import { Button } from "antd";
import { useRef, useState } from "react";
import { useKeys } from "../../app/keys";
import { useTexts } from "../../i18n";
import { Postpone } from "./Postpone";
import type { Outcome, TaskInHand, Tried } from "./queries";
import { Speaks } from "./Speaks";
import type { Hand } from "./useHand";

/** One outcome, one key, whatever the task: the order of the call script, with gaps where an outcome does not fit. */
const KEYS: Record<Outcome["outcome"], string> = {
  COMPLETED: "1",
  NO_ANSWER: "2",
  BUSY: "3",
  RESCHEDULED: "4",
  PARTLY_COMPLETED: "5",
  REFUSED: "6",
  POWERED_OFF: "7",
  WRONG_NUMBER: "8",
  LANGUAGE_BARRIER: "9",
};

interface Props {
  task: TaskInHand;
  hand: Pick<Hand, "isBusy" | "note" | "write" | "finish" | "giveBack">;
}

/** The note, and what came of it: one key each, and a second press where the first could not be taken back. */
export function End({ task, hand }: Props) {
  const { t } = useTexts("today");
  const { note } = hand;
  const [asked, setAsked] = useState<Outcome["outcome"] | "" | null>(null);
  const [grave, setGrave] = useState<Outcome | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const end = (one: Outcome) => {
    setGrave(null);
    if (one.is_grave && one.outcome !== grave?.outcome) setGrave(one);
    else if (one.then === "ask" || one.then === "hand_on") setAsked(one.outcome);
    else hand.finish({ isOver: one.then === "complete", outcome: one.outcome, note, phone: task.phones[0]?.id });
  };
  const putOff = (how: Pick<Tried, "again_at" | "is_promise" | "language">) =>
    hand.finish({ isOver: false, outcome: asked ?? "", note, ...how });
  useKeys(t("keys.hand"), [
    ...(asked === null ? task.outcomes : []).map((one) => ({
      key: KEYS[one.outcome],
      text: t(`outcomes.${one.outcome}`),
      run: () => end(one),
    })),
    { key: "n", text: t("hand.note"), run: () => field.current?.focus() },
    { key: "p", text: t("postpone.title"), run: () => setAsked("") },
    { key: "c", text: t("hand.call"), run: () => document.querySelector<HTMLElement>(".hand .phone")?.focus() },
    ...(grave
      ? [
          { key: "Enter", text: t("sure.yes"), run: () => end(grave) },
          { key: "Escape", text: t("sure.no"), run: () => setGrave(null) },
        ]
      : asked === null
        ? [{ key: "Escape", text: t("hand.giveBack"), run: hand.giveBack }]
        : [{ key: "Escape", text: t("postpone.cancel"), run: () => setAsked(null) }]),
  ]);
  return (
    <>
      <label className="remark">
        {t("hand.note")} <kbd>n</kbd>
        <textarea
          ref={field}
          rows={2}
          maxLength={4000}
          value={note}
          onChange={({ target }) => hand.write(target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
      </label>
      {grave && <Sure outcome={grave} onYes={() => end(grave)} onNo={() => setGrave(null)} />}
      {asked === null ? (
        <div className="outcomes" role="group" aria-label={t("outcomes.title")}>
          {task.outcomes.map((one) => (
            <Button key={one.outcome} onClick={() => end(one)} disabled={hand.isBusy}>
              <kbd>{KEYS[one.outcome]}</kbd> {t(`outcomes.${one.outcome}`)}{" "}
              <span className="note">{t(`then.${one.then}`)}</span>
            </Button>
          ))}
          <Button onClick={() => setAsked("")}>
            <kbd>p</kbd> {t("postpone.title")}
          </Button>
          <Button onClick={hand.giveBack}>
            <kbd>Esc</kbd> {t("hand.giveBack")}
          </Button>
        </div>
      ) : task.outcomes.some(({ outcome, then }) => outcome === asked && then === "hand_on") ? (
        <Speaks onDone={(language) => putOff({ language })} onClose={() => setAsked(null)} />
      ) : (
        <Postpone
          proposal={task.again_at}
          onDone={(again_at, is_promise) => putOff({ again_at, is_promise })}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

interface SureProps {
  outcome: Outcome;
  onYes: () => void;
  onNo: () => void;
}

function Sure({ outcome: { outcome }, onYes, onNo }: SureProps) {
  const { t } = useTexts("today");
  return (
    <div className="row" role="alert">
      <strong>{t("sure.ask", { outcome: t(`outcomes.${outcome}`) })}</strong>
      <span>{t(outcome === "WRONG_NUMBER" ? "sure.number" : "sure.over")}</span>
      <Button type="primary" onClick={onYes}>
        <kbd>Enter</kbd> {t("sure.yes")}
      </Button>
      <Button onClick={onNo}>
        <kbd>Esc</kbd> {t("sure.no")}
      </Button>
    </div>
  );
}

import { Button } from "antd";
import { useRef, useState } from "react";
import { useKeys } from "../../app/keys";
import { useMe } from "../../app/me";
import { useTexts } from "../../i18n";
import { useOpener } from "../../shared/opener";
import { sentenceOf } from "../../shared/problems";
import { momentAt } from "../../shared/wall";
import { type NewTouch, type Subject, useNote } from "./queries";

const KINDS = ["CALL", "VISIT", "LETTER", "MESSAGE", "NOTE"] as const;
const EMPTY = { kind: "NOTE", direction: "", subject: "", said: "", promise: "", next_step: "", next_at: "" } as const;
type Draft = { -readonly [name in keyof typeof EMPTY]: string };

interface Props {
  subject: Subject;
  customer: number;
  vehicle?: number;
}

/** Takes down what was said by phone, by letter or at the counter, what was promised, and what comes next. */
export function NoteForm({ subject, customer, vehicle }: Props) {
  const { t } = useTexts("file");
  const shared = useTexts("shared").t;
  const { timezone } = useMe();
  const note = useNote(subject);
  const first = useRef<HTMLInputElement>(null);
  const [isOpen, setOpen] = useState(false);
  const opener = useOpener(isOpen);
  const [draft, setDraft] = useState<Draft>(EMPTY);
  useKeys(t("note.title"), [
    {
      key: "n",
      text: t("note.begin"),
      run: () => {
        // It has the focus when it opens; where it is open, one comes back to it.
        setOpen(true);
        first.current?.focus();
      },
    },
  ]);
  const set = (name: keyof Draft) => (value: string) => setDraft((now) => ({ ...now, [name]: value }));
  const close = () => {
    setOpen(false);
    setDraft(EMPTY);
    note.reset();
  };
  if (!isOpen)
    return (
      <div className="file-note">
        <Button ref={opener} onClick={() => setOpen(true)}>
          {t("note.begin")}
        </Button>
      </div>
    );
  return (
    <form
      className="sheet form-grid"
      aria-label={t("note.title")}
      onKeyDown={({ key }) => key === "Escape" && close()}
      onSubmit={(event) => {
        event.preventDefault();
        note.mutate({ ...touchOf(draft, timezone || "UTC"), customer, vehicle }, { onSuccess: close });
      }}
    >
      <div className="row">
        <Choice label={t("note.kind")} value={draft.kind} onChange={set("kind")}>
          {KINDS.map((kind) => [kind, t(`touchKinds.${kind}`)] as const)}
        </Choice>
        {draft.kind !== "NOTE" && (
          <Choice label={t("note.direction")} value={draft.direction} onChange={set("direction")}>
            {[["", "–"] as const, ...(["IN", "OUT"] as const).map((way) => [way, t(`directions.${way}`)] as const)]}
          </Choice>
        )}
      </div>
      <label>
        {t("note.subject")}
        <input
          ref={first}
          autoFocus
          className="box"
          required
          maxLength={200}
          value={draft.subject}
          onChange={({ target }) => set("subject")(target.value)}
        />
      </label>
      {(["said", "promise", "next_step"] as const).map((name) => (
        <label key={name}>
          {t(`note.${name}`)}
          <textarea
            className="box"
            rows={name === "said" ? 3 : 1}
            maxLength={name === "said" ? 5000 : 500}
            value={draft[name]}
            onChange={({ target }) => set(name)(target.value)}
          />
        </label>
      ))}
      <label>
        {t("note.next_at")}
        <input
          className="box"
          type="datetime-local"
          value={draft.next_at}
          onChange={({ target }) => set("next_at")(target.value)}
        />
      </label>
      {note.error && (
        <p className="alarm" role="alert">
          {sentenceOf(note.error, shared)}
        </p>
      )}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={note.isPending}>
          {t("note.save")}
        </Button>
        <Button onClick={close}>{t("note.cancel")}</Button>
      </div>
    </form>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: readonly (readonly [string, string])[];
}

function Choice({ label, value, onChange, children }: ChoiceProps) {
  return (
    <span className="picker">
      <label>
        {label}{" "}
        <select value={value} onChange={({ target }) => onChange(target.value)}>
          {children.map(([one, word]) => (
            <option key={one} value={one}>
              {word}
            </option>
          ))}
        </select>
      </label>
    </span>
  );
}

function touchOf(draft: Draft, timeZone: string): Omit<NewTouch, "customer"> {
  return {
    kind: draft.kind as (typeof KINDS)[number],
    direction: draft.direction as "IN" | "OUT" | "",
    subject: draft.subject.trim(),
    said: draft.said.trim(),
    promise: draft.promise.trim(),
    next_step: draft.next_step.trim(),
    // On the dealer's clocks, wherever the browser is.
    next_at: draft.next_at ? momentAt(draft.next_at, timeZone).toISOString() : null,
  };
}

import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from "react";
import { useTexts } from "../../i18n";
import { useOpener } from "../../shared/opener";
import { sentenceOf } from "../../shared/problems";

interface Props {
  label: string;
  value: string;
  /** How the value reads; the value itself where left out. */
  shown?: string;
  type?: "text" | "date" | "tel" | "email";
  choices?: readonly (readonly [value: string, word: string])[];
  maxLength?: number;
  /** Said below the box: how it is written, or who overwrites it. */
  hint?: string;
  mayEdit: boolean;
  onSave: (value: string) => Promise<unknown>;
  /** What may be done about a refusal: a way on, or saving all the same by `again`. */
  onRefused?: (problem: unknown, again: (save: Props["onSave"]) => void) => ReactNode;
  isWide?: boolean;
  /** It took the place of what was edited just now. */
  takesFocus?: boolean;
  children?: ReactNode;
}

/** A value that is edited in its place: Enter on it begins, Enter saves, Escape leaves it as it was. */
export function EditField({ label, value, shown, mayEdit, onSave, isWide, takesFocus, children, ...input }: Props) {
  const { t } = useTexts("file");
  const [isEditing, setEditing] = useState(false);
  // The place one came from, once it is drawn again.
  const button = useOpener(isEditing);
  useEffect(() => {
    if (takesFocus) button.current?.focus();
  }, [takesFocus, button]);
  return (
    <div className="edit-field" data-wide={isWide || undefined}>
      <span className="note">{label}</span>{" "}
      {isEditing ? (
        <Editing
          label={label}
          value={value}
          shown={shown ?? value}
          onSave={onSave}
          onEnd={() => setEditing(false)}
          {...input}
        />
      ) : mayEdit ? (
        <button
          ref={button}
          type="button"
          className="editable"
          aria-label={t("edit.begin", { field: label, value: (shown ?? value) || t("values.empty") })}
          onClick={() => setEditing(true)}
        >
          {(shown ?? value) || t("values.empty")}
        </button>
      ) : (
        <span>{(shown ?? value) || t("values.empty")}</span>
      )}
      {!isEditing && children}
    </div>
  );
}

type EditingProps = Pick<
  Props,
  "label" | "value" | "type" | "choices" | "maxLength" | "hint" | "onSave" | "onRefused"
> & {
  shown: string;
  onEnd: () => void;
};

function Editing(parts: EditingProps) {
  const { label, value, shown, type = "text", choices, maxLength, hint, onSave, onRefused, onEnd } = parts;
  const { t } = useTexts("file");
  const shared = useTexts("shared").t;
  const below = useId();
  const [text, setText] = useState(value);
  const [before] = useState(value);
  const [failure, setFailure] = useState<unknown>(null);
  // Nothing is disabled meanwhile: a box that is loses the focus, and after a refusal the next key goes nowhere.
  const [isBusy, setBusy] = useState(false);
  const save = async (how = onSave) => {
    if (isBusy) return;
    if (text === value) return onEnd();
    setBusy(true);
    try {
      await how(text);
      onEnd();
    } catch (problem) {
      setFailure(problem);
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") onEnd();
    else if (event.key === "Enter") void save();
    else return;
    event.preventDefault();
    // Nothing around it is to close as well.
    event.stopPropagation();
  };
  const box = {
    className: "box",
    "aria-label": label,
    "aria-invalid": failure ? true : undefined,
    "aria-describedby": failure || hint ? below : undefined,
    autoFocus: true,
    value: text,
    onKeyDown,
  } as const;
  return (
    <>
      {choices ? (
        <select {...box} onChange={({ target }) => setText(target.value)}>
          {choices.map(([one, word]) => (
            <option key={one} value={one}>
              {word}
            </option>
          ))}
        </select>
      ) : (
        <input {...box} type={type} maxLength={maxLength} onChange={({ target }) => setText(target.value)} />
      )}{" "}
      <button type="button" className="small" onClick={() => void save()}>
        {t("edit.save")}
      </button>{" "}
      <button type="button" className="small" onClick={onEnd}>
        {t("edit.cancel")}
      </button>
      {value !== before && <div role="status">{t("edit.now", { value: shown || t("values.empty") })}</div>}
      {failure ? (
        <div id={below} className="alarm" role="alert">
          {sentenceOf(failure, shared)} {onRefused?.(failure, (how) => void save(how))}
        </div>
      ) : (
        hint && (
          <div id={below} className="note">
            {hint}
          </div>
        )
      )}
    </>
  );
}

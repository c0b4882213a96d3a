import { type InputHTMLAttributes, useId } from "react";

interface Wishes extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string;
}

/** One field of a form with its label: the browser's own, so that the first page stays light. */
export function Field({ label, hint, ...input }: Wishes) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input required {...input} id={id} aria-describedby={hint && `${id}-hint`} />
      {hint && (
        <p className="note" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

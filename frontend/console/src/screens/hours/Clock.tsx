import { useState } from "react";

const WRITTEN = /^([01]?\d|2[0-4])[:.h]?([0-5]\d)?$/;

interface Props {
  label: string;
  value: string;
  onChange: (clock: string) => void;
}

/** A time of day as all our hours are written, 00:00 to 24:00, whatever the browser's own fields look like. */
export function Clock({ label, value, onChange }: Props) {
  const [draft, setDraft] = useState<string>();
  const leave = () => {
    const clock = clockOf(draft ?? value);
    setDraft(undefined);
    if (clock && clock !== value) onChange(clock);
  };
  return (
    <input
      className="field clock"
      inputMode="numeric"
      maxLength={5}
      aria-label={label}
      aria-invalid={draft !== undefined && clockOf(draft) === undefined}
      value={draft ?? value}
      onChange={({ target }) => setDraft(target.value)}
      onKeyDown={({ key }) => key === "Enter" && leave()}
      onBlur={leave}
    />
  );
}

/** Return "9", "930" or "9:30" as "09:00" or "09:30"; undefined for what is no time. */
export function clockOf(text: string): string | undefined {
  const found = WRITTEN.exec(text.trim());
  return found ? `${(found[1] ?? "").padStart(2, "0")}:${found[2] ?? "00"}` : undefined;
}

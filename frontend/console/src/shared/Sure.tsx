import { Button } from "antd";
import { type KeyboardEvent, useId, useState } from "react";
import { useTexts } from "../i18n";
import { useOpener } from "./opener";

interface Wishes {
  /** What the button says, before it is asked whether one is sure. */
  label: string;
  /** Said to those who do not see which row the button is in. */
  name?: string;
  question: string;
  yes: string;
  isBusy?: boolean;
  onYes: () => void;
}

/** A button that asks once more, in its place: Enter says yes, Escape goes back to where one was. */
export function Sure({ label, name, question, yes, isBusy = false, onYes }: Wishes) {
  const { t } = useTexts("shared");
  const asked = useId();
  const [isAsking, setAsking] = useState(false);
  const trigger = useOpener(isAsking);

  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    setAsking(false);
  };
  const agree = () => {
    setAsking(false);
    onYes();
  };
  if (!isAsking) {
    return (
      <Button ref={trigger} aria-label={name} loading={isBusy} onClick={() => setAsking(true)}>
        {label}
      </Button>
    );
  }
  return (
    <div className="sure" role="group" aria-labelledby={asked} onKeyDown={onKey}>
      <span id={asked}>{question}</span>
      <Button danger autoFocus aria-describedby={asked} onClick={agree}>
        {yes}
      </Button>
      <Button onClick={() => setAsking(false)}>{t("cancel")}</Button>
    </div>
  );
}

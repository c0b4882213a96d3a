import { Button } from "antd";
import { useKeys } from "../../app/keys";
import { useTexts } from "../../i18n";
import { LANGUAGES } from "../../i18n/languages";
import type { Tried } from "./queries";

type Language = NonNullable<Tried["language"]>;

interface Props {
  /** With the owner's language; empty: none of ours. */
  onDone: (language: Language) => void;
  onClose: () => void;
}

/** Asks what the owner speaks, one key each, so that somebody who speaks it goes on. */
export function Speaks({ onDone, onClose }: Props) {
  const { t } = useTexts("today");
  const offered = [...(Object.entries(LANGUAGES) as [Language, string][]), ["", t("speaks.other")] as const];
  const rows = offered.map(([code, name], index) => ({ code, name, key: String(index + 1) }));
  useKeys(
    t("speaks.title"),
    rows.map(({ code, name, key }) => ({ key, text: name, run: () => onDone(code) })),
  );
  return (
    <div className="row" role="group" aria-label={t("speaks.title")}>
      <strong>{t("speaks.title")}</strong>
      {rows.map(({ code, name, key }, index) => (
        <Button key={key} autoFocus={index === 0} onClick={() => onDone(code)}>
          <kbd>{key}</kbd> <span lang={code || undefined}>{name}</span>
        </Button>
      ))}
      <Button onClick={onClose}>
        <kbd>Esc</kbd> {t("postpone.cancel")}
      </Button>
      <span className="note">{t("speaks.then")}</span>
    </div>
  );
}

import { Button } from "antd";
import { type DragEvent, useRef, useState } from "react";
import { useKeys } from "../../app/keys";
import { useTexts } from "../../i18n";
import { sentenceOf } from "../../shared/problems";
import "./imports.css";

interface Props {
  isBusy: boolean;
  error: unknown;
  onFile: (file: File) => void;
}

/** A place to drop a file, or to choose one by the keyboard. */
export function DropZone({ isBusy, error, onFile }: Props) {
  const { t } = useTexts("imports");
  const shared = useTexts("shared").t;
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const choose = () => input.current?.click();
  useKeys(t("title"), [{ key: "u", text: t("drop.choose"), run: choose }]);
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file && !isBusy) onFile(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const hover = (event: DragEvent, over: boolean) => {
    event.preventDefault();
    setOver(over);
  };
  return (
    <section
      className="sheet drop"
      aria-label={t("drop.label")}
      data-over={isOver || undefined}
      onDragOver={(event) => hover(event, true)}
      onDragLeave={(event) => hover(event, false)}
      onDrop={drop}
    >
      <p className="state-title">{t("drop.invitation")}</p>
      <p className="note">{t("drop.kinds")}</p>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.txt,.tsv,.xlsx"
        aria-label={t("drop.label")}
        onChange={(event) => {
          take(event.target.files);
          event.target.value = "";
        }}
      />
      <Button type="primary" loading={isBusy} onClick={choose}>
        {isBusy ? t("drop.busy") : t("drop.choose")}
      </Button>
      {error ? (
        <p className="alarm" role="alert">
          {sentenceOf(error, shared)}
        </p>
      ) : null}
    </section>
  );
}

import { Button } from "antd";
import { type DragEvent, useRef, useState } from "react";
import { useKeys } from "../../app/keys";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { sentenceOf } from "../../shared/problems";
import { type Subject, useUpload } from "./queries";
import type file from "./texts/en.json";

const KINDS: readonly (keyof (typeof file)["documentKinds"])[] = [
  "CONTRACT",
  "DELIVERY_CHECKLIST",
  "INVOICE",
  "REPAIR_ORDER",
  "SETTLEMENT",
  "OTHER",
];
// What the server keeps; it looks at the content, too, and says why it does not keep something.
const ACCEPTED = ".pdf,.jpg,.jpeg,.png,.heic,.docx,.xlsx,.txt";

/** A place to drop a document, or to choose one by the keyboard. */
export function DropZone({ subject }: { subject: Subject }) {
  const { t } = useTexts("file");
  const shared = useTexts("shared").t;
  const format = useFormat();
  const input = useRef<HTMLInputElement>(null);
  const [kind, setKind] = useState<(typeof KINDS)[number]>("OTHER");
  const [isOver, setOver] = useState(false);
  const [share, setShare] = useState(0);
  const upload = useUpload(subject, setShare);
  const choose = () => input.current?.click();
  useKeys(t("documents.title"), [{ key: "u", text: t("documents.choose"), run: choose }]);
  const take = (files: FileList | null) => {
    const chosen = files?.[0];
    if (!chosen || upload.isPending) return;
    setShare(0);
    upload.mutate({ file: chosen, kind });
  };
  const hover = (event: DragEvent, over: boolean) => {
    event.preventDefault();
    setOver(over);
  };
  return (
    <div
      className="dropping"
      data-over={isOver || undefined}
      onDragOver={(event) => hover(event, true)}
      onDragLeave={(event) => hover(event, false)}
      onDrop={(event) => {
        hover(event, false);
        take(event.dataTransfer.files);
      }}
    >
      <div className="row">
        <label className="picker">
          {t("documents.kind")}{" "}
          <select value={kind} onChange={({ target }) => setKind(target.value as (typeof KINDS)[number])}>
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {t(`documentKinds.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <Button size="small" loading={upload.isPending} onClick={choose}>
          {t("documents.choose")}
        </Button>
      </div>
      <p className="note">{t("documents.which")}</p>
      <input
        ref={input}
        type="file"
        hidden
        accept={ACCEPTED}
        aria-label={t("documents.choose")}
        onChange={({ target }) => {
          take(target.files);
          target.value = "";
        }}
      />
      {upload.isPending && (
        <progress value={share} max={1} aria-label={t("documents.sending")}>
          {format.percent(share)}
        </progress>
      )}
      {upload.error ? (
        <p className="alarm" role="alert">
          {sentenceOf(upload.error, shared)}
        </p>
      ) : null}
      {upload.isSuccess && <p role="status">{t("documents.kept", { name: upload.data.name })}</p>}
    </div>
  );
}

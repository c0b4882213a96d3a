import { Button } from "antd";
import { useEffect, useRef } from "react";
import { useMe } from "../../app/me";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";

/** The codes, this once: to copy, to keep as a file, to print. */
export function CodesOnce({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const { t } = useTexts("account");
  const me = useMe();
  const say = useSay();
  const box = useRef<HTMLDivElement>(null);
  const text = codes.join("\n");
  useEffect(() => box.current?.focus(), []);

  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => say.done(t("codes.copied")),
      () => say.failed(t("codes.notCopied")),
    );
  return (
    <div className="account-codes" role="group" aria-label={t("codes.title")} tabIndex={-1} ref={box}>
      <p>{t("codes.once")}</p>
      <p className="account-printed">
        {me.dealer_shown_name} · {me.email}
      </p>
      <ol translate="no">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="row">
        <Button onClick={copy}>{t("codes.copy")}</Button>
        <Button onClick={() => save(text)}>{t("codes.save")}</Button>
        <Button onClick={() => window.print()}>{t("codes.print")}</Button>
        <Button type="primary" onClick={onDone}>
          {t("codes.done")}
        </Button>
      </div>
    </div>
  );
}

function save(text: string) {
  const address = URL.createObjectURL(new Blob([text, "\n"], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "recovery-codes.txt";
  link.click();
  URL.revokeObjectURL(address);
}

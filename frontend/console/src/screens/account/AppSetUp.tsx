import { Button, Input } from "antd";
import { type FormEvent, type KeyboardEvent, lazy, Suspense, useState } from "react";
import { useTexts } from "../../i18n";
import { Refusal } from "../../shared/Refusal";
import { useConfirmation } from "./confirmation";
import { type Secret, useAddTotp } from "./queries";

const Picture = lazy(() => import("./Picture"));
const LETTERS_OF_A_GROUP = /.{1,4}/g;

/** The picture to scan or the secret to type, and the first code as proof that it arrived. */
export function AppSetUp({ secret, onDone, onGiveUp }: { secret: Secret; onDone: () => void; onGiveUp: () => void }) {
  const { t } = useTexts("account");
  const { t: words } = useTexts("shared");
  const { confirmed, box } = useConfirmation();
  const add = useAddTotp(confirmed);
  const [code, setCode] = useState("");

  const send = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(code.replace(/\s/g, ""), { onSuccess: onDone });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") onGiveUp();
  };
  return (
    <>
      <form className="account-app" aria-label={t("app.begin")} onSubmit={send} onKeyDown={onKey}>
        <p>{t("app.scan")}</p>
        <div className="account-picture" role="img" aria-label={t("app.picture")}>
          <div aria-hidden="true">
            <Suspense>
              <Picture text={secret.totp_url} />
            </Suspense>
          </div>
        </div>
        <p>
          {t("app.type")} <code translate="no">{secret.secret.match(LETTERS_OF_A_GROUP)?.join(" ")}</code>
        </p>
        <label>
          <span>{t("app.code")}</span>
          <Input
            autoFocus
            required
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={12}
            value={code}
            aria-invalid={add.isError}
            onChange={({ target }) => setCode(target.value)}
          />
        </label>
        <Refusal error={add.error} />
        <div className="row">
          <Button type="primary" htmlType="submit" loading={add.isPending && !box}>
            {t("app.finish")}
          </Button>
          <Button onClick={onGiveUp}>{words("cancel")}</Button>
        </div>
      </form>
      {box}
    </>
  );
}

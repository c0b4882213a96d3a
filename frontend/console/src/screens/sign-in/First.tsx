import { Button } from "antd";
import { type SyntheticEvent, useState } from "react";
import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { Field } from "./Field";
import { type Step, usePasskey, usePassword } from "./queries";
import { Refusal } from "./Refusal";

const HAS_PASSKEYS = "PublicKeyCredential" in globalThis;

/** E-mail and password, or a passkey alone. */
export function First({ onStep }: { onStep: (step: Step) => void }) {
  const { t } = useTexts("sign-in");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const byPassword = usePassword();
  const byPasskey = usePasskey("login");
  const last = byPasskey.submittedAt > byPassword.submittedAt ? byPasskey : byPassword;
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    byPassword.mutate({ email, password }, { onSuccess: onStep });
  };
  return (
    <>
      <form onSubmit={send}>
        <div className="stack">
          <Field
            label={t("email")}
            type="email"
            autoComplete="username webauthn"
            autoFocus
            value={email}
            onChange={({ target }) => setEmail(target.value)}
          />
          <Field
            label={t("password")}
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={({ target }) => setPassword(target.value)}
          />
          <Refusal step={last.data} error={last.error} />
          <Button type="primary" size="large" htmlType="submit" block loading={byPassword.isPending}>
            {t("enter")}
          </Button>
        </div>
      </form>
      {HAS_PASSKEYS && (
        <>
          <span className="note or">{t("or")}</span>
          <Button
            size="large"
            block
            loading={byPasskey.isPending}
            onClick={() => byPasskey.mutate(undefined, { onSuccess: onStep })}
          >
            {t("passkey.use")}
          </Button>
        </>
      )}
      <Link to="/sign-in/forgot">{t("forgot.link")}</Link>
    </>
  );
}

import { Button } from "antd";
import { type SyntheticEvent, useState } from "react";
import { Link, useNavigate } from "react-router";
import { useTexts } from "../../i18n";
import { Field } from "./Field";
import { Frame } from "./Frame";
import { useReset } from "./links";
import { Refusal } from "./Refusal";
import { useSecret } from "./secret";

const UNUSABLE = "invalid_password_reset";

/** Setting another password by a mailed link. */
export default function Page() {
  const { t } = useTexts("sign-in");
  const navigate = useNavigate();
  const [password, setPassword] = useState("");
  const secret = useSecret();
  const reset = useReset(secret);
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    reset.mutate(password, {
      onSuccess: ({ kind }) => {
        if (kind === "in") void navigate("/sign-in", { replace: true, state: { isReset: true } });
      },
    });
  };
  const isUnusable = !secret || (reset.data?.kind === "refused" && reset.data.code === UNUSABLE);
  return (
    <Frame title={t("reset.title")}>
      {isUnusable ? (
        <>
          <p role="alert">{t("reset.unusable")}</p>
          <Link to="/sign-in/forgot">{t("reset.again")}</Link>
        </>
      ) : (
        <form onSubmit={send}>
          <div className="stack">
            <Field
              label={t("reset.new")}
              hint={t("rules")}
              type="password"
              autoComplete="new-password"
              autoFocus
              value={password}
              onChange={({ target }) => setPassword(target.value)}
            />
            <Refusal step={reset.data} error={reset.error} />
            <Button type="primary" size="large" htmlType="submit" block loading={reset.isPending}>
              {t("reset.save")}
            </Button>
          </div>
        </form>
      )}
    </Frame>
  );
}

import { Button } from "antd";
import { type SyntheticEvent, useState } from "react";
import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { Field } from "./Field";
import { Frame } from "./Frame";
import { useForgotten } from "./links";
import { Refusal } from "./Refusal";

/** Asking for a link; the answer is the same for everybody. */
export default function Page() {
  const { t } = useTexts("sign-in");
  const [email, setEmail] = useState("");
  const ask = useForgotten();
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    ask.mutate(email);
  };
  const isSent = ask.data?.kind === "in";
  return (
    <Frame title={t("forgot.title")}>
      {isSent ? (
        <p role="status">{t("forgot.sent")}</p>
      ) : (
        <form onSubmit={send}>
          <div className="stack">
            <Field
              label={t("email")}
              hint={t("forgot.ask")}
              type="email"
              autoComplete="username"
              autoFocus
              value={email}
              onChange={({ target }) => setEmail(target.value)}
            />
            <Refusal step={ask.data} error={ask.error} />
            <Button type="primary" size="large" htmlType="submit" block loading={ask.isPending}>
              {t("forgot.send")}
            </Button>
          </div>
        </form>
      )}
      <Link to="/sign-in">{t("forgot.back")}</Link>
    </Frame>
  );
}

import { Button } from "antd";
import { type SyntheticEvent, useState } from "react";
import { Problem } from "../../api/problem";
import { useTexts } from "../../i18n";
import { Field } from "./Field";
import type { Invited } from "./invitation";
import { goOn } from "./onward";
import { useAcceptance } from "./links";
import { Refusal } from "./Refusal";

/** The form of somebody invited: what they are called, and a password of their own. */
export function Acceptance({ token, invited }: { token: string; invited: Invited }) {
  const { t } = useTexts("sign-in");
  const [name, setName] = useState(invited.name);
  const [password, setPassword] = useState("");
  const accept = useAcceptance(token);
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    accept.mutate({ name, password }, { onSuccess: () => goOn("") });
  };
  return (
    <form onSubmit={send}>
      <div className="stack">
        <p>{t("invitation.ask", { email: invited.email })}</p>
        {/* So that password managers know whose password it is. */}
        <input
          type="email"
          className="unseen"
          autoComplete="username"
          value={invited.email}
          readOnly
          tabIndex={-1}
          aria-hidden
        />
        <Field
          label={t("invitation.name")}
          autoComplete="name"
          maxLength={120}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <Field
          label={t("password")}
          hint={t("rules")}
          type="password"
          autoComplete="new-password"
          autoFocus
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
        <Why error={accept.error} />
        <Button type="primary" size="large" htmlType="submit" block loading={accept.isPending}>
          {t("invitation.accept")}
        </Button>
      </div>
    </form>
  );
}

/** The server's own words about the password, field by field, where it gave them. */
function Why({ error }: { error: unknown }) {
  const told = error instanceof Problem ? Object.values(error.fields).join(" ") : "";
  return told ? (
    <div role="alert" className="alert">
      {told}
    </div>
  ) : (
    <Refusal error={error} />
  );
}

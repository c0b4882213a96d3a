import { Button, Input } from "antd";
import { type FormEvent, useId, useState } from "react";
import { useMe } from "../../app/me";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { Refusal } from "../../shared/Refusal";
import { useConfirmation } from "./confirmation";
import { useNewPassword } from "./queries";

/** Another password; the old one is asked for in place. */
export function NewPassword() {
  const { t } = useTexts("account");
  const [title, refused] = [useId(), useId()];
  const me = useMe();
  const say = useSay();
  const { confirmed, box } = useConfirmation();
  const change = useNewPassword(confirmed);
  const [password, setPassword] = useState("");

  const send = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(password, {
      onSuccess: () => {
        setPassword("");
        say.done(t("password.done"));
      },
    });
  };
  return (
    <section className="sheet" aria-labelledby={title}>
      <h2 id={title}>{t("password.title")}</h2>
      <p className="note">{t("password.note")}</p>
      <form className="account-line" onSubmit={send}>
        {/* For the browser's keeper of passwords: it keeps a name with each. */}
        <input hidden readOnly autoComplete="username" value={me.email} />
        <label>
          <span>{t("password.new")}</span>
          <Input
            required
            type="password"
            autoComplete="new-password"
            maxLength={200}
            value={password}
            aria-invalid={change.isError}
            aria-describedby={refused}
            onChange={({ target }) => setPassword(target.value)}
          />
        </label>
        <Button htmlType="submit" loading={change.isPending && !box}>
          {t("password.keep")}
        </Button>
      </form>
      <Refusal error={change.error} id={refused} />
      {box}
    </section>
  );
}

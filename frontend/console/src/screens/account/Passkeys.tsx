import { Button, Input } from "antd";
import { type FormEvent, useId, useState } from "react";
import { hasPasskeys } from "../../api/passkeys";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { Refusal } from "../../shared/Refusal";
import { useConfirmation } from "./confirmation";
import { type Passkey, PasskeyRow } from "./PasskeyRow";
import { useAddPasskey } from "./queries";

/** Passkeys: a finger or a face instead of the password. */
export function Passkeys({ passkeys, onAdded }: { passkeys: readonly Passkey[]; onAdded: () => void }) {
  const { t } = useTexts("account");
  const title = useId();
  const say = useSay();
  const { confirmed, box } = useConfirmation();
  const add = useAddPasskey(confirmed);
  const [name, setName] = useState("");

  const send = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(name.trim(), {
      onSuccess: () => {
        setName("");
        say.done(t("passkeys.added"));
        onAdded();
      },
    });
  };
  return (
    <section aria-labelledby={title}>
      <h3 id={title}>{t("passkeys.title")}</h3>
      {passkeys.length === 0 && <p>{t("passkeys.none")}</p>}
      <ul className="account-rows">
        {passkeys.map((passkey) => (
          <PasskeyRow key={passkey.id} passkey={passkey} />
        ))}
      </ul>
      {hasPasskeys() ? (
        <form className="account-line" onSubmit={send}>
          <label>
            <span>{t("passkeys.name")}</span>
            <Input
              required
              autoComplete="off"
              maxLength={100}
              placeholder={t("passkeys.example")}
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
          </label>
          <Button htmlType="submit" loading={add.isPending && !box}>
            {t("passkeys.add")}
          </Button>
        </form>
      ) : (
        <p className="note">{t("passkeys.unknown")}</p>
      )}
      {box}
      <Refusal error={add.error} />
    </section>
  );
}

import { Button, Input } from "antd";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import type { Factor } from "../../api/allauth";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Refusal } from "../../shared/Refusal";
import { Sure } from "../../shared/Sure";
import { useConfirmation } from "./confirmation";
import { momentOf } from "./devices";
import { useRemovePasskey, useRenamePasskey } from "./queries";

export type Passkey = Extract<Factor, { type: "webauthn" }>;

/** One passkey: what it is called, when it was last used, and how to be rid of it. */
export function PasskeyRow({ passkey }: { passkey: Passkey }) {
  const { t } = useTexts("account");
  const { t: words } = useTexts("shared");
  const format = useFormat();
  const { confirmed, box } = useConfirmation();
  const rename = useRenamePasskey(confirmed, passkey.id);
  const remove = useRemovePasskey(confirmed, passkey.id);
  const [draft, setDraft] = useState<string | null>(null);

  const keep = (event: FormEvent) => {
    event.preventDefault();
    if (draft !== null) rename.mutate(draft.trim(), { onSuccess: () => setDraft(null) });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") setDraft(null);
  };
  const used = passkey.last_used_at;
  return (
    <li>
      {draft === null ? (
        <div className="account-row">
          <span>
            {passkey.name}{" "}
            <span className="note">
              {used ? t("passkeys.used", { when: format.dateTime(momentOf(used)) }) : t("passkeys.unused")}
            </span>
          </span>
          <div className="row">
            <Button
              aria-label={t("passkeys.renameName", { name: passkey.name })}
              onClick={() => setDraft(passkey.name)}
            >
              {t("passkeys.rename")}
            </Button>
            <Sure
              label={t("passkeys.remove")}
              name={t("passkeys.removeName", { name: passkey.name })}
              question={t("passkeys.question", { name: passkey.name })}
              yes={t("passkeys.yes")}
              isBusy={remove.isPending && !box}
              onYes={() => remove.mutate(undefined)}
            />
          </div>
        </div>
      ) : (
        <form className="account-line" onSubmit={keep} onKeyDown={onKey}>
          <label>
            <span>{t("passkeys.newName")}</span>
            <Input autoFocus required maxLength={100} value={draft} onChange={({ target }) => setDraft(target.value)} />
          </label>
          <Button htmlType="submit" type="primary" loading={rename.isPending && !box}>
            {t("profile.keep")}
          </Button>
          <Button onClick={() => setDraft(null)}>{words("cancel")}</Button>
        </form>
      )}
      {box}
      <Refusal error={rename.error ?? remove.error} />
    </li>
  );
}

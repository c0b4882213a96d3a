import { Button, Input } from "antd";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import type { Factor } from "../../api/allauth";
import { hasPasskeys } from "../../api/passkeys";
import { useTexts } from "../../i18n";
import { Refusal } from "../../shared/Refusal";
import "./account.css";
import { useConfirm, useFactors } from "./queries";

type Way = "password" | "code";

/** Asks in place who is there, by what they have: the password, a code, a passkey. */
export default function Confirm({ onDone, onGiveUp }: { onDone: () => void; onGiveUp: () => void }) {
  const { t } = useTexts("account");
  const { t: words } = useTexts("shared");
  const factors = useFactors();
  const confirm = useConfirm();
  const [way, setWay] = useState<Way>("password");
  const [text, setText] = useState("");
  const has = (type: Factor["type"]) => factors.data?.some((factor) => factor.type === type) ?? false;

  const send = (event: FormEvent) => {
    event.preventDefault();
    // A form within a form's section: only this one is sent.
    event.stopPropagation();
    confirm.mutate({ way, text }, { onSuccess: onDone });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") onGiveUp();
  };
  const change = (next: Way) => {
    setText("");
    setWay(next);
  };
  return (
    <form className="account-confirm" aria-label={t("confirm.title")} onSubmit={send} onKeyDown={onKey}>
      <p>{t("confirm.note")}</p>
      <label>
        <span>{t(`confirm.${way}`)}</span>
        <Input
          key={way}
          autoFocus
          required
          type={way === "password" ? "password" : "text"}
          autoComplete={way === "password" ? "current-password" : "one-time-code"}
          maxLength={200}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      <Refusal error={confirm.error} />
      <div className="row">
        <Button type="primary" htmlType="submit" loading={confirm.isPending}>
          {t("confirm.go")}
        </Button>
        {has("totp") && (
          <Button onClick={() => change(way === "password" ? "code" : "password")}>
            {t(way === "password" ? "confirm.byCode" : "confirm.byPassword")}
          </Button>
        )}
        {has("webauthn") && hasPasskeys() && (
          <Button onClick={() => confirm.mutate({ way: "passkey", text: "" }, { onSuccess: onDone })}>
            {t("confirm.byPasskey")}
          </Button>
        )}
        <Button onClick={onGiveUp}>{words("cancel")}</Button>
      </div>
    </form>
  );
}

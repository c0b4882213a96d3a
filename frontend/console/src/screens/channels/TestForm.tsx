import { Button, Input } from "antd";
import { type FormEvent, useState } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Refusal } from "../../shared/Refusal";
import { type Account, type Message, useTalk, useTest } from "./queries";

/** Sends a message to whoever tests, and shows what becomes of it as it comes. */
export function TestForm({ account }: { account: Account }) {
  const { t } = useTexts("channels");
  const test = useTest(account.id);
  const [address, setAddress] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    test.mutate(address);
  };
  const id = `test-${account.id}`;
  return (
    <form className="channels-form" aria-label={t("test.title")} onSubmit={send}>
      <div className="channels-field">
        <label htmlFor={id}>{t("test.address")}</label>
        <Input
          id={id}
          required
          autoComplete="off"
          maxLength={254}
          aria-describedby={`${id}-help`}
          value={address}
          onChange={({ target }) => setAddress(target.value)}
        />
        <p className="note" id={`${id}-help`}>
          {t("test.help")}
        </p>
      </div>
      <div className="row">
        <Button htmlType="submit" loading={test.isPending} disabled={!account.is_active}>
          {t("test.go")}
        </Button>
        {!account.is_active && <span className="note">{t("test.off")}</span>}
      </div>
      <Refusal error={test.error} />
      {test.data && <Became sent={test.data} />}
    </form>
  );
}

const MOMENTS = ["sent_at", "delivered_at", "read_at"] as const;

/** The states of a test in their order, and the answer. */
function Became({ sent }: { sent: Message }) {
  const { t } = useTexts("channels");
  const format = useFormat();
  const talk = useTalk(sent);
  const now = talk.data?.find(({ id }) => id === sent.id) ?? sent;
  const answers = talk.data?.filter(({ direction }) => direction === "IN") ?? [];
  return (
    <ul className="channels-became" aria-live="polite" aria-label={t("test.became")}>
      <li>{t("test.queued", { when: format.time(now.created_at) })}</li>
      {MOMENTS.map((moment) => {
        const at = now[moment];
        return at && <li key={moment}>{t(`test.${moment}`, { when: format.time(at) })}</li>;
      })}
      {now.trouble && <li className="alarm">{now.trouble}</li>}
      {answers.map((one) => (
        <li key={one.id}>{t("test.answer", { text: one.text })}</li>
      ))}
    </ul>
  );
}

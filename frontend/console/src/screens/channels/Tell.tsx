import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { Problem } from "../../api/problem";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Refusal } from "../../shared/Refusal";
import { useConfirmation } from "../account/confirmation";
import { Fields } from "./Fields";
import { type Account, type Kind, useForget, useTell, type Values } from "./queries";
import { useSettingWords } from "./words";

/** Changes what an account is told; what is left empty stays as it is. */
export function Tell({ account, kind }: { account: Account; kind: Kind }) {
  const { t } = useTexts("channels");
  const say = useSay();
  const { confirmed, box } = useConfirmation();
  const tell = useTell(confirmed, account.id);
  const [values, setValues] = useState<Values>({});
  const changed = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
  const faults = tell.error instanceof Problem ? tell.error.fields : {};

  const keep = (settings: Values) =>
    tell.mutate(settings, {
      onSuccess: () => {
        setValues({});
        say.done(t("tell.done"));
      },
    });
  const send = (event: FormEvent) => {
    event.preventDefault();
    keep(changed);
  };
  if (kind.settings.length === 0) return null;
  return (
    <section aria-label={t("tell.title")}>
      <h3>{t("tell.title")}</h3>
      <p className="note">{t("tell.note")}</p>
      <Before account={account} />
      <form className="channels-form" aria-label={t("tell.title")} onSubmit={send}>
        <Fields
          kind={kind}
          values={values}
          kept={account.settings}
          faults={faults}
          onChange={(name, value) => setValues((now) => ({ ...now, [name]: value }))}
        />
        <Refusal error={tell.error} />
        <div className="row">
          <Button
            type="primary"
            htmlType="submit"
            disabled={Object.keys(changed).length === 0}
            loading={tell.isPending && !box}
          >
            {t("tell.keep")}
          </Button>
          <Removals account={account} kind={kind} onRemove={(name) => keep({ [name]: "" })} />
        </div>
      </form>
      {box}
    </section>
  );
}

/** What is set and need not be can be taken away. */
function Removals({ account, kind, onRemove }: { account: Account; kind: Kind; onRemove: (name: string) => void }) {
  const { t } = useTexts("channels");
  const wordsOf = useSettingWords();
  const optional = kind.settings.filter(
    ({ name, is_required: isRequired }) =>
      !isRequired && account.settings.some((one) => one.name === name && one.is_set),
  );
  return optional.map(({ name }) => (
    <Button key={name} onClick={() => onRemove(name)}>
      {t("tell.remove", { setting: wordsOf(kind.kind, name).label })}
    </Button>
  ));
}

/** Secrets that were changed, while the one before is still good. */
function Before({ account }: { account: Account }) {
  const { t } = useTexts("channels");
  const format = useFormat();
  const wordsOf = useSettingWords();
  const forget = useForget(account.id);
  const before = account.settings.filter((setting) => setting.has_before);
  return (
    <>
      {before.map(({ name, before_until: until }) => {
        const setting = wordsOf(account.kind, name).label;
        return (
          <p key={name} className="row">
            <span>
              {until ? t("before.until", { setting, until: format.dateTime(until) }) : t("before.open", { setting })}
            </span>
            <Button loading={forget.isPending} onClick={() => forget.mutate(name)}>
              {t("before.forget", { setting })}
            </Button>
          </p>
        );
      })}
      <Refusal error={forget.error} />
    </>
  );
}

import { Button, Input } from "antd";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { Problem } from "../../api/problem";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { Refusal } from "../../shared/Refusal";
import { useConfirmation } from "../account/confirmation";
import { Fields } from "./Fields";
import { type Kind, type NewAccount, useOpen, type Values } from "./queries";
import { useKindName } from "./words";

const FIRST = "twilio";

/** Opens an account of a kind, as its channel's form asks. */
export function OpenForm({ kinds, onClose }: { kinds: readonly Kind[]; onClose: () => void }) {
  const { t } = useTexts("channels");
  const { t: words } = useTexts("shared");
  const say = useSay();
  const nameOf = useKindName();
  const { confirmed, box } = useConfirmation();
  const open = useOpen(confirmed);
  const [chosen, setChosen] = useState(kinds.some(({ kind }) => kind === FIRST) ? FIRST : (kinds[0]?.kind ?? ""));
  const [address, setAddress] = useState("");
  const [values, setValues] = useState<Values>({});
  const kind = kinds.find((one) => one.kind === chosen);
  const faults = open.error instanceof Problem ? open.error.fields : {};

  const send = (event: FormEvent) => {
    event.preventDefault();
    const settings = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
    open.mutate(
      { kind: chosen as NewAccount["kind"], address, settings },
      {
        onSuccess: () => {
          say.done(t("open.done", { address }));
          onClose();
        },
      },
    );
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
  };
  const change = (next: string) => {
    setChosen(next);
    setValues({});
    open.reset();
  };
  return (
    <section className="sheet" onKeyDown={onKey} aria-label={t("open.title")}>
      <form className="channels-form" aria-label={t("open.title")} onSubmit={send}>
        <h2>{t("open.title")}</h2>
        <label className="channels-field">
          <span>{t("open.kind")}</span>
          <select autoFocus className="field" value={chosen} onChange={({ target }) => change(target.value)}>
            {kinds.map((one) => (
              <option key={one.kind} value={one.kind}>
                {nameOf(one.kind)}
              </option>
            ))}
          </select>
        </label>
        <div className="channels-field">
          <label htmlFor="channels-address">{t("open.address")}</label>
          <Input
            id="channels-address"
            required
            autoComplete="off"
            maxLength={120}
            placeholder={kind?.address_example ?? ""}
            aria-describedby="channels-address-help"
            value={address}
            onChange={({ target }) => setAddress(target.value)}
          />
          <p className="note" id="channels-address-help">
            {t("open.addressHelp")}
          </p>
        </div>
        {kind && (
          <Fields
            kind={kind}
            values={values}
            faults={faults}
            onChange={(name, value) => setValues((now) => ({ ...now, [name]: value }))}
          />
        )}
        <Refusal error={open.error} />
        <div className="row">
          <Button type="primary" htmlType="submit" loading={open.isPending && !box}>
            {t("open.send")}
          </Button>
          <Button onClick={onClose}>{words("cancel")}</Button>
        </div>
      </form>
      {box}
    </section>
  );
}

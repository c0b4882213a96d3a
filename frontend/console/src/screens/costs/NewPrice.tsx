import { Button } from "antd";
import { type FormEvent, type ReactNode, useState } from "react";
import { useMe } from "../../app/me";
import { useTexts } from "../../i18n";
import { useAccounts, useKinds } from "../channels/queries";
import { useKindName } from "../channels/words";
import { minorOf } from "./prices";
import type { Price } from "./queries";

interface Props {
  today: string;
  isBusy: boolean;
  /** Rejects where it was refused; what was typed then stays. */
  onAdd: (price: Price) => Promise<unknown>;
}

/** Adds one row: which way costs how much from which day. */
export function NewPrice({ today, isBusy, onAdd }: Props) {
  const { t } = useTexts("costs");
  const me = useMe();
  const kindName = useKindName();
  const { data: kinds = [] } = useKinds();
  const { data: accounts = [] } = useAccounts();
  const [draft, setDraft] = useState({ kind: "", account: "", country: "", amount: "", from: today });
  const [currency, setCurrency] = useState(me.currency);
  const set = (values: Partial<typeof draft>) => setDraft({ ...draft, ...values });
  const kind = draft.kind || accounts[0]?.kind || kinds[0]?.kind || "";
  const minor = minorOf(draft.amount);

  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!minor || !kind) return;
    const account = draft.account ? Number(draft.account) : null;
    onAdd({ kind, account, country: draft.country, price_minor: minor, currency, from_date: draft.from }).then(
      () => set({ amount: "" }),
      () => undefined,
    );
  };
  // Without the channels there is nothing to choose, and Enter would do nothing.
  if (kinds.length === 0) return null;
  return (
    <form className="costs-new" aria-label={t("prices.add")} onSubmit={add}>
      <Labelled text={t("channel")}>
        <select className="costs-field" value={kind} onChange={(e) => set({ kind: e.target.value, account: "" })}>
          {kinds.map((one) => (
            <option key={one.kind} value={one.kind}>
              {kindName(one.kind)}
            </option>
          ))}
        </select>
      </Labelled>
      <Labelled text={t("sender")}>
        <select className="costs-field" value={draft.account} onChange={(e) => set({ account: e.target.value })}>
          <option value="">{t("prices.everySender")}</option>
          {accounts
            .filter((one) => one.kind === kind)
            .map((one) => (
              <option key={one.id} value={one.id}>
                {one.address}
              </option>
            ))}
        </select>
      </Labelled>
      <Labelled text={t("prices.countryLetters")}>
        <input
          className="costs-field costs-short"
          maxLength={2}
          pattern="[A-Za-z]{2}"
          placeholder="–"
          value={draft.country}
          onChange={(e) => set({ country: e.target.value.toUpperCase() })}
        />
      </Labelled>
      <Labelled text={t("price")}>
        <input
          className="costs-field costs-short"
          required
          inputMode="decimal"
          aria-invalid={draft.amount !== "" && minor === undefined}
          value={draft.amount}
          onChange={(e) => set({ amount: e.target.value })}
        />
      </Labelled>
      <Labelled text={t("currency")}>
        <input
          className="costs-field costs-short"
          required
          maxLength={3}
          pattern="[A-Za-z]{3}"
          value={currency}
          onChange={(e) => setCurrency(e.target.value.toUpperCase())}
        />
      </Labelled>
      <Labelled text={t("from")}>
        <input
          className="costs-field"
          type="date"
          required
          value={draft.from}
          onChange={(e) => set({ from: e.target.value })}
        />
      </Labelled>
      <Button htmlType="submit" loading={isBusy} disabled={!minor}>
        {t("prices.add")}
      </Button>
    </form>
  );
}

const Labelled = ({ text, children }: { text: string; children: ReactNode }) => (
  <label className="costs-labelled">
    <span>{text}</span>
    {children}
  </label>
);

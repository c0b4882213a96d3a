import { useSay } from "../../app/Say";
import { useMay } from "../../app/me";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Refusal } from "../../shared/Refusal";
import { Empty } from "../../shared/States";
import { Sure } from "../../shared/Sure";
import { useAccounts } from "../channels/queries";
import { useKindName } from "../channels/words";
import { NewPrice } from "./NewPrice";
import { rowsOf, type Row } from "./prices";
import { type Price, useKeepPrices } from "./queries";
import { useCountryName } from "./words";

/** The table of prices with its history: a new price is a new row, and what was sent keeps the price of its day. */
export function Prices({ prices, today }: { prices: readonly Price[]; today: string }) {
  const { t } = useTexts("costs");
  const say = useSay();
  const mayChange = useMay()("settings.write");
  const keep = useKeepPrices();
  const put = (next: Price[]) => keep.mutateAsync(next).then(() => say.done(t("kept")));
  return (
    <section className="sheet costs-sheet" aria-labelledby="prices">
      <h2 id="prices">{t("prices.title")}</h2>
      <p className="note">{t("prices.note")}</p>
      {prices.length === 0 && (
        <Empty title={t("prices.empty")}>
          <p>{t("prices.first")}</p>
        </Empty>
      )}
      {prices.length > 0 && (
        <Table
          rows={rowsOf(prices, today)}
          isBusy={keep.isPending}
          onRemove={mayChange ? (gone) => put(prices.filter((one) => one !== gone)).catch(() => undefined) : undefined}
        />
      )}
      <Refusal error={keep.error} />
      {mayChange && <NewPrice today={today} isBusy={keep.isPending} onAdd={(price) => put([...prices, price])} />}
    </section>
  );
}

interface TableProps {
  rows: readonly Row[];
  isBusy: boolean;
  onRemove: ((price: Price) => void) | undefined;
}

function Table({ rows, isBusy, onRemove }: TableProps) {
  const { t } = useTexts("costs");
  const format = useFormat();
  const way = useWay();
  return (
    <table className="costs-table">
      <thead>
        <tr>
          {(["channel", "sender", "country", "from"] as const).map((name) => (
            <th key={name} scope="col">
              {t(name)}
            </th>
          ))}
          <th scope="col" className="costs-number">
            {t("price")}
          </th>
          <th scope="col">{t("prices.standing")}</th>
          {onRemove && (
            <th scope="col">
              <span className="unseen">{t("prices.remove")}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ price, standing }) => {
          const [kind, sender, country] = way(price);
          const from = format.day(price.from_date);
          return (
            <tr key={[kind, price.account, price.country, price.from_date].join("|")} data-standing={standing}>
              <th scope="row">{kind}</th>
              <td>{sender}</td>
              <td>{country}</td>
              <td>{from}</td>
              <td className="costs-number">{format.price(Number(price.price_minor), price.currency)}</td>
              <td>{t(`prices.standings.${standing}`)}</td>
              {onRemove && (
                <td>
                  <Sure
                    label={t("prices.remove")}
                    name={t("prices.removeName", { kind, country, from })}
                    question={t("prices.sure")}
                    yes={t("prices.remove")}
                    isBusy={isBusy}
                    onYes={() => onRemove(price)}
                  />
                </td>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Return how a price's way is said: its channel, its sender, its country. */
function useWay(): (price: Price) => [string, string, string] {
  const { t } = useTexts("costs");
  const kindName = useKindName();
  const countryName = useCountryName();
  const { data: accounts = [] } = useAccounts();
  return ({ kind, account, country }) => [
    kindName(kind),
    account ? (accounts.find(({ id }) => id === account)?.address ?? String(account)) : t("prices.everySender"),
    country ? countryName(country) : t("prices.everyCountry"),
  ];
}

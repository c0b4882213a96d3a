import { Button } from "antd";
import { useState } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Empty, Failure, Loading } from "../../shared/States";
import { useKindName } from "../channels/words";
import { monthOf, sumsBy, type Sum } from "./prices";
import { type Spent, type Stopped, useSpent } from "./queries";

/** What one month's messages cost, by channel and by purpose, and how many texts did not leave. */
export function Month({ today }: { today: string }) {
  const { t, i18n } = useTexts("costs");
  const [away, setAway] = useState(0);
  const { from, until } = monthOf(today, away);
  const { data, error, refetch } = useSpent(from, until);
  const month = new Intl.DateTimeFormat(i18n.language, { year: "numeric", month: "long", timeZone: "UTC" }).format(
    new Date(`${from}T00:00:00Z`),
  );
  return (
    <section className="sheet costs-sheet" aria-labelledby="month">
      <h2 id="month">{t("month.title", { month })}</h2>
      <div className="row">
        <Button onClick={() => setAway(away - 1)}>{t("month.before")}</Button>
        <Button disabled={away >= 0} onClick={() => setAway(away + 1)}>
          {t("month.after")}
        </Button>
      </div>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data?.spent.length === 0 && (
        <Empty title={t("month.empty")}>
          <p>{t("month.first")}</p>
        </Empty>
      )}
      {data && data.spent.length > 0 && <Sums spent={data.spent} />}
      {data && <KeptBack stopped={data.stopped} />}
    </section>
  );
}

function Sums({ spent }: { spent: readonly Spent[] }) {
  const { t } = useTexts("costs");
  const kindName = useKindName();
  return (
    <>
      <SumTable title={t("month.byChannel")} head={t("channel")} sums={sumsBy(spent, "channel")} nameOf={kindName} />
      <SumTable
        title={t("month.byPurpose")}
        head={t("purpose")}
        sums={sumsBy(spent, "purpose")}
        nameOf={(purpose) => t(`purposes.${(purpose || "NONE") as "NONE"}`)}
      />
      {spent.some((one) => one.charged > 0) && <p className="note">{t("month.charged")}</p>}
    </>
  );
}

interface TableProps {
  title: string;
  head: string;
  sums: readonly Sum[];
  nameOf: (name: string) => string;
}

function SumTable({ title, head, sums, nameOf }: TableProps) {
  const { t } = useTexts("costs");
  const format = useFormat();
  const numbers = ["messages", "segments", "charged"] as const;
  return (
    <table className="costs-table">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{head}</th>
          {numbers.map((name) => (
            <th key={name} scope="col" className="costs-number">
              {t(name)}
            </th>
          ))}
          <th scope="col" className="costs-number">
            {t("cost")}
          </th>
        </tr>
      </thead>
      <tbody>
        {sums.map((sum) => (
          <tr key={`${sum.name}|${sum.currency}`}>
            <th scope="row">{nameOf(sum.name)}</th>
            {numbers.map((name) => (
              <td key={name} className="costs-number">
                {format.number(sum[name])}
              </td>
            ))}
            <td className="costs-number">
              {sum.currency ? format.price(sum.minor, sum.currency) : t("month.unknown")}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Texts that a cap or a closed country stopped; none is said as well. */
function KeptBack({ stopped }: { stopped: readonly Stopped[] }) {
  const { t } = useTexts("costs");
  return (
    <>
      <h3>{t("stopped.title")}</h3>
      {stopped.length === 0 && <p className="note">{t("stopped.none")}</p>}
      <ul>
        {stopped.map(({ rule, texts }) => (
          <li key={rule}>{t("stopped.line", { rule: t(`stopped.rules.${rule}`), count: texts })}</li>
        ))}
      </ul>
    </>
  );
}

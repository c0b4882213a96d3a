import { Button } from "antd";
import { useState } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { sentenceOf } from "../../shared/problems";
import { Empty, Failure, Loading } from "../../shared/States";
import { NewDay } from "./NewDay";
import { type Day, useGiveBackDay, useKeepCentre, useYear } from "./queries";

const thisYear = () => new Date().getFullYear();

/** The days of a year that differ from the week: the country's, made up for, and the dealer's own. */
export function Holidays({ keepsPublic }: { keepsPublic: boolean }) {
  const { t } = useTexts("hours");
  const shared = useTexts("shared").t;
  const [year, setYear] = useState(thisYear);
  const { data, error, refetch } = useYear(year);
  const keep = useKeepCentre();
  const giveBack = useGiveBackDay();
  const failed = keep.error ?? giveBack.error;
  return (
    <section className="sheet wide" aria-labelledby="days">
      <h2 id="days">{t("days.title", { year })}</h2>
      <div className="row">
        <Button size="small" onClick={() => setYear(year - 1)}>
          {t("days.before")}
        </Button>
        <Button size="small" onClick={() => setYear(year + 1)}>
          {t("days.after")}
        </Button>
        <label className="row">
          <input
            type="checkbox"
            checked={keepsPublic}
            onChange={({ target }) => keep.mutate({ keeps_public_holidays: target.checked })}
          />
          {t("days.keepsPublic")}
        </label>
      </div>
      {failed && (
        <p className="alarm" role="alert">
          {sentenceOf(failed, shared)}
        </p>
      )}
      <NewDay />
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data?.days.length === 0 && <Empty title={t("days.empty")} />}
      {data && data.days.length > 0 && <Days days={data.days} onGiveBack={(id) => giveBack.mutate(id)} />}
    </section>
  );
}

function Days({ days, onGiveBack }: { days: readonly Day[]; onGiveBack: (id: number) => void }) {
  const { t } = useTexts("hours");
  const format = useFormat();
  return (
    <table className="list">
      <thead>
        <tr>
          <th scope="col">{t("days.date")}</th>
          <th scope="col">{t("days.name")}</th>
          <th scope="col">{t("days.hours")}</th>
          <th scope="col">{t("quiet.source")}</th>
          <th scope="col">
            <span className="unseen">{t("days.giveBack")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {days.map((day) => (
          <tr key={day.date}>
            <th scope="row">{format.day(day.date)}</th>
            <td>{day.name}</td>
            <td>{day.is_open ? day.hours.map((pair) => pair.join("–")).join(", ") : t("periods.closed")}</td>
            <td className={day.source === "OWN" ? "own" : "note"}>{t(`sources.${day.source}`)}</td>
            <td>
              {day.id !== null && (
                <Button
                  size="small"
                  aria-label={`${t("days.giveBack")}: ${format.day(day.date)}`}
                  onClick={() => day.id !== null && onGiveBack(day.id)}
                >
                  {t("days.giveBack")}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

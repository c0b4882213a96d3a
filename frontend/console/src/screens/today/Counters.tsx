import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { useDay } from "./queries";

// The server counts no further: one more than this says "and more".
const MOST_COUNTED = 500;

/** What I got done today beside the norm, and what is left. */
export function Counters() {
  const { t } = useTexts("today");
  const format = useFormat();
  const day = useDay().data;
  if (!day) return <div className="counters" aria-busy="true" />;
  const count = (value: number) => (value > MOST_COUNTED ? `${format.number(MOST_COUNTED)}+` : format.number(value));
  const done = Object.values(day.done.by_kind).reduce((sum, one) => sum + one, 0);
  return (
    <dl className="counters" aria-label={t("day.title")}>
      <Counter name={t("day.done")} value={count(done)} />
      {day.done.calls.map(({ direction, done: made, least, most }) => (
        <Counter
          key={direction}
          name={t(`directions.${direction}`)}
          value={most === null ? format.number(made) : t("day.ofNorm", { made: format.number(made), least, most })}
          isAlarm={most !== null && made > most}
        />
      ))}
      <Counter name={t("day.left")} value={count(day.left)} />
      <Counter name={t("day.overdue")} value={count(day.overdue)} isAlarm={day.overdue > 0} />
      <Counter name={t("day.later")} value={count(day.later)} />
    </dl>
  );
}

function Counter({ name, value, isAlarm = false }: { name: string; value: string; isAlarm?: boolean }) {
  return (
    <div data-alarm={isAlarm || undefined}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

import { Button } from "antd";
import { useState } from "react";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { sentenceOf } from "../../shared/problems";
import { Periods } from "./Periods";
import { useKeepCentre, type Week } from "./queries";

const WEEKDAYS = ["0", "1", "2", "3", "4", "5", "6"] as const;

/** The opening hours of a usual week. */
export function WeekHours({ week }: { week: Week }) {
  const { t } = useTexts("hours");
  const shared = useTexts("shared").t;
  const say = useSay();
  const keep = useKeepCentre();
  const [wished, setWished] = useState<Week>(week);
  const isChanged = JSON.stringify(wished) !== JSON.stringify(week);
  return (
    <section className="sheet wide" aria-labelledby="week">
      <h2 id="week">{t("week.title")}</h2>
      <table className="list">
        <tbody>
          {WEEKDAYS.map((day) => (
            <tr key={day}>
              <th scope="row">{t(`weekdays.${day}`)}</th>
              <td>
                <Periods
                  label={t(`weekdays.${day}`)}
                  periods={wished[day] ?? []}
                  onChange={(periods) => setWished({ ...wished, [day]: periods })}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="row">
        <Button
          type="primary"
          disabled={!isChanged}
          loading={keep.isPending}
          onClick={() => keep.mutate({ weekly_hours: wished }, { onSuccess: () => say.done(t("kept")) })}
        >
          {t("week.keep")}
        </Button>
        {keep.error && (
          <span className="alarm" role="alert">
            {sentenceOf(keep.error, shared)}
          </span>
        )}
      </p>
    </section>
  );
}

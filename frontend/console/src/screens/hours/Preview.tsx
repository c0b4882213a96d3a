import { useState } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { sentenceOf } from "../../shared/problems";
import { Clock } from "./Clock";
import { usePreview, type Wish } from "./queries";

const EVENING = "20:30";
const today = () => new Date().toLocaleDateString("sv-SE");

/** What the hours above would do to one message, before they are kept. */
export function Preview({ wishes }: { wishes: Wish[] }) {
  const { t } = useTexts("hours");
  const shared = useTexts("shared").t;
  const format = useFormat();
  const [purpose, setPurpose] = useState<Wish["purpose"]>("REMINDER");
  const [date, setDate] = useState(today);
  const [time, setTime] = useState(EVENING);
  const { data, error } = usePreview({ purpose, date, time, purposes: wishes });
  const words = data && {
    planned: format.dateTime(data.planned_at),
    leaves: format.dateTime(data.leaves_at),
    why: data.rule ? t(`rules.${data.rule}`) : "",
  };
  return (
    <div role="group" aria-label={t("preview.title")}>
      <h3>{t("preview.title")}</h3>
      <div className="row">
        <select
          className="field"
          aria-label={t("quiet.purpose")}
          value={purpose}
          onChange={({ target }) => setPurpose(target.value as Wish["purpose"])}
        >
          {wishes.map((wish) => (
            <option key={wish.purpose} value={wish.purpose}>
              {t(`purposes.${wish.purpose}`)}
            </option>
          ))}
        </select>
        <input
          className="field"
          type="date"
          aria-label={t("preview.day")}
          value={date}
          onChange={({ target }) => setDate(target.value)}
        />
        <Clock label={t("preview.time")} value={time} onChange={setTime} />
      </div>
      <p role="status">
        {error ? (
          <span className="alarm">{sentenceOf(error, shared)}</span>
        ) : (
          words && t(words.why ? "preview.later" : "preview.atOnce", words)
        )}
      </p>
    </div>
  );
}

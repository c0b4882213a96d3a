import { Button } from "antd";
import { useState } from "react";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { sentenceOf } from "../../shared/problems";
import { Clock } from "./Clock";
import { Preview } from "./Preview";
import { type PurposeHours, useKeepHours, type Wish } from "./queries";

const FLAGS = ["keeps_rest_days", "keeps_preferred_time"] as const;
const TIMES = ["quiet_from", "quiet_until"] as const;
const wishOf = (kept: PurposeHours): Wish => ({
  purpose: kept.purpose,
  quiet_from: kept.quiet_from,
  quiet_until: kept.quiet_until,
  keeps_rest_days: kept.keeps_rest_days,
  keeps_preferred_time: kept.keeps_preferred_time,
});

/** Quiet hours by purpose, beside what the manufacturer demands; the server says what is too loose. */
export function ContactHours({ kept }: { kept: PurposeHours[] }) {
  const { t } = useTexts("hours");
  const shared = useTexts("shared").t;
  const say = useSay();
  const keep = useKeepHours();
  const [wishes, setWishes] = useState<Wish[]>(() => kept.map(wishOf));
  const change = (purpose: Wish["purpose"], values: Partial<Wish>) =>
    setWishes(wishes.map((wish) => (wish.purpose === purpose ? { ...wish, ...values } : wish)));
  const isChanged = JSON.stringify(wishes) !== JSON.stringify(kept.map(wishOf));
  return (
    <section className="sheet wide" aria-labelledby="quiet">
      <h2 id="quiet">{t("quiet.title")}</h2>
      <p className="note">{t("quiet.note")}</p>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">{t("quiet.purpose")}</th>
            {TIMES.map((time) => (
              <th key={time} scope="col">
                {t(`quiet.${time}`)}
              </th>
            ))}
            {FLAGS.map((flag) => (
              <th key={flag} scope="col">
                {t(`quiet.${flag}`)}
              </th>
            ))}
            <th scope="col">{t("quiet.source")}</th>
          </tr>
        </thead>
        <tbody>
          {kept.map((here, at) => (
            <Line
              key={here.purpose}
              here={here}
              wish={wishes[at] ?? wishOf(here)}
              onChange={(values) => change(here.purpose, values)}
            />
          ))}
        </tbody>
      </table>
      <p className="row">
        <Button
          type="primary"
          disabled={!isChanged}
          loading={keep.isPending}
          onClick={() => keep.mutate(wishes, { onSuccess: () => say.done(t("kept")) })}
        >
          {t("quiet.keep")}
        </Button>
        {keep.error && (
          <span className="alarm" role="alert">
            {sentenceOf(keep.error, shared)}
          </span>
        )}
      </p>
      <Preview wishes={wishes} />
    </section>
  );
}

interface LineProps {
  here: PurposeHours;
  wish: Wish;
  onChange: (values: Partial<Wish>) => void;
}

function Line({ here, wish, onChange }: LineProps) {
  const { t } = useTexts("hours");
  const { standard } = here;
  const isOwn = [...TIMES, ...FLAGS].some((name) => here[name] !== standard[name]);
  return (
    <tr>
      <th scope="row">{t(`purposes.${here.purpose}`)}</th>
      {TIMES.map((time) => (
        <td key={time}>
          <Clock
            label={`${t(`purposes.${here.purpose}`)}: ${t(`quiet.${time}`)}`}
            value={wish[time]}
            onChange={(clock) => onChange({ [time]: clock })}
          />
        </td>
      ))}
      {FLAGS.map((flag) => (
        <td key={flag}>
          <input
            type="checkbox"
            aria-label={`${t(`purposes.${here.purpose}`)}: ${t(`quiet.${flag}`)}`}
            disabled={standard[flag]}
            checked={wish[flag]}
            onChange={({ target }) => onChange({ [flag]: target.checked })}
          />
        </td>
      ))}
      <td className={isOwn ? "own" : "note"}>
        {t(isOwn ? "quiet.own" : "quiet.standard", { from: standard.quiet_from, until: standard.quiet_until })}
      </td>
    </tr>
  );
}

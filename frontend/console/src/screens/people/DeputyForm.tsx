import { Button } from "antd";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Refusal } from "../../shared/Refusal";
import { Failure, Loading } from "../../shared/States";
import { type Choice, type Deputy, useChoices, useNameDeputy } from "./deputyQueries";

interface Wishes {
  onClose: () => void;
}

/** Names who does somebody's open work from one day to another. */
export function DeputyForm({ onClose }: Wishes) {
  const choices = useChoices();
  if (choices.error) return <Failure error={choices.error} onRetry={() => void choices.refetch()} />;
  return choices.data ? <Form choices={choices.data} onClose={onClose} /> : <Loading />;
}

function Form({ choices, onClose }: Wishes & { choices: readonly Choice[] }) {
  const { t } = useTexts("people");
  const { t: words } = useTexts("shared");
  const [wish, setWish] = useState({ away: 0, deputy: 0, from_date: "", last_date: "" });
  const change = (part: Partial<typeof wish>) => setWish((now) => ({ ...now, ...part }));
  const told = useTold(onClose);
  const name = useNameDeputy();
  const able = choices.find(({ id }) => id === wish.away)?.deputies;

  const keep = (event: FormEvent) => {
    event.preventDefault();
    name.mutate(wish, { onSuccess: told });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
  };
  return (
    <form className="people-form" aria-label={t("deputies.form")} onSubmit={keep} onKeyDown={onKey}>
      <p className="note">{t("deputies.note")}</p>
      <div className="row">
        <Someone
          label={t("deputies.away")}
          value={wish.away}
          people={choices}
          hasFocus
          onChange={(away) => change({ away, deputy: 0 })}
        />
        <Someone
          label={t("deputies.deputy")}
          value={wish.deputy}
          people={choices.filter(({ id }) => able?.includes(id))}
          onChange={(deputy) => change({ deputy })}
        />
        <OnDay label={t("deputies.from")} value={wish.from_date} onChange={(day) => change({ from_date: day })} />
        <OnDay label={t("deputies.last")} value={wish.last_date} onChange={(day) => change({ last_date: day })} />
      </div>
      {able?.length === 0 && <p role="status">{t("deputies.nobody")}</p>}
      <Refusal error={name.error} />
      <div className="people-steps">
        <Button type="primary" htmlType="submit" loading={name.isPending}>
          {t("deputies.keep")}
        </Button>
        <Button onClick={onClose}>{words("cancel")}</Button>
      </div>
    </form>
  );
}

/** Says who does whose work, and is done. */
function useTold(onClose: () => void) {
  const { t } = useTexts("people");
  const say = useSay();
  const format = useFormat();
  return (row: Deputy) => {
    const days = { from: format.day(row.from_date), last: format.day(row.last_date) };
    say.done(t("deputies.done", { away: row.away_name, deputy: row.deputy_name, ...days }));
    onClose();
  };
}

interface SomeoneProps {
  label: string;
  value: number;
  people: readonly Choice[];
  hasFocus?: boolean;
  onChange: (id: number) => void;
}

function Someone({ label, value, people, hasFocus = false, onChange }: SomeoneProps) {
  const { t } = useTexts("people");
  return (
    <label>
      <span>{label}</span>
      <select
        required
        autoFocus={hasFocus}
        value={value === 0 ? "" : value}
        onChange={({ target }) => onChange(Number(target.value))}
      >
        <option value="">{t("deputies.choose")}</option>
        {people.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function OnDay({ label, value, onChange }: { label: string; value: string; onChange: (day: string) => void }) {
  return (
    <label>
      <span>{label}</span>
      <input className="field" type="date" required value={value} onChange={({ target }) => onChange(target.value)} />
    </label>
  );
}

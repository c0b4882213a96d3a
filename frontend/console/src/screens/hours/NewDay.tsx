import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTexts } from "../../i18n";
import { sentenceOf } from "../../shared/problems";
import { Periods } from "./Periods";
import { useSetDay } from "./queries";

/** Gives a date its own hours, or closes it. */
export function NewDay() {
  const { t } = useTexts("hours");
  const shared = useTexts("shared").t;
  const [date, setDate] = useState("");
  const [name, setName] = useState("");
  const [hours, setHours] = useState<string[][]>([]);
  const add = useSetDay();
  const keep = (event: FormEvent) => {
    event.preventDefault();
    if (date) add.mutate({ date, name, hours }, { onSuccess: () => [setDate(""), setName(""), setHours([])] });
  };
  return (
    <form className="row" aria-label={t("days.add")} onSubmit={keep}>
      <input
        className="field"
        type="date"
        required
        aria-label={t("days.date")}
        value={date}
        onChange={({ target }) => setDate(target.value)}
      />
      <input
        className="field"
        maxLength={80}
        aria-label={t("days.name")}
        placeholder={t("days.name")}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <Periods label={t("days.hours")} periods={hours} onChange={setHours} />
      <Button htmlType="submit" loading={add.isPending}>
        {t("days.add")}
      </Button>
      {add.error && (
        <span className="alarm" role="alert">
          {sentenceOf(add.error, shared)}
        </span>
      )}
    </form>
  );
}

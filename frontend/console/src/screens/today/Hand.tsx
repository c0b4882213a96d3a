import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { useMay } from "../../app/me";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Due } from "./Due";
import { End } from "./End";
import type { TaskInHand } from "./queries";
import { Said } from "./Said";
import type { Hand as InHand } from "./useHand";
import { useWords } from "./useWords";

interface Props {
  task: TaskInHand;
  hand: Pick<InHand, "isBusy" | "note" | "write" | "finish" | "giveBack">;
}

/** The task in hand: whom, which car, why, what they said, how to begin, and what came of it. */
export function Hand({ task, hand }: Props) {
  const { t } = useTexts("today");
  const words = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [task.id]);
  return (
    <section className="sheet hand" aria-label={t("hand.title")}>
      <header className="row">
        <h2 ref={heading} tabIndex={-1}>
          {task.person?.name ?? t("nobody")}
        </h2>
        <span>{words.reason(task.reason)}</span>
        <Due task={task} />
      </header>
      <Facts task={task} />
      <Said task={task} />
      <section aria-label={t("hints.title")}>
        <h3>{t("hints.title")}</h3>
        <p>{t(`hints.${task.kind}`)}</p>
      </section>
      <End key={task.id} task={task} hand={hand} />
    </section>
  );
}

function Facts({ task }: { task: TaskInHand }) {
  const { t } = useTexts("today");
  const format = useFormat();
  const may = useMay();
  const { person, car, last_visit: visit } = task;
  const number = useWords().complaint(task);
  return (
    <ul className="facts">
      {task.phones.map((phone) => (
        <li key={phone.id}>
          <a href={phone.is_whole ? `tel:${phone.number}` : undefined} className="phone">
            {phone.number}
          </a>{" "}
          <span className="note">{phone.is_landline ? t("hand.landline") : t("hand.mobile")}</span>
        </li>
      ))}
      {car && (
        <li>
          <Link to={`/vehicles/${car.id}`}>{[car.plate, car.model].filter(Boolean).join(" · ") || t("hand.car")}</Link>
          {visit && <span className="note"> {t("hand.lastVisit", { day: format.day(visit.opened_date) })}</span>}
        </li>
      )}
      {person && (
        <li>
          <Link to={`/customers/${person.id}`}>{t("hand.file")}</Link>
        </li>
      )}
      {person && number !== undefined && (
        <li>
          <Link to={`/customers/${person.id}?show=COMPLAINTS`}>{number}</Link>
        </li>
      )}
      {task.conversation_id !== null && may("conversations.read") && (
        <li>
          <Link to={`/inbox/${task.conversation_id}`}>{t("hand.talk")}</Link>
        </li>
      )}
    </ul>
  );
}

import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { sentenceOf } from "../../shared/problems";
import { PickPerson } from "../file/PickPerson";
import type { Subject } from "../file/queries";
import { useGiveUp, useHandOver, type VehicleFile } from "./queries";

/** Who held the car from when until when; and that it changes hands. */
export function Owners({ file, subject }: { file: VehicleFile; subject: Subject }) {
  const { t } = useTexts("vehicle");
  const format = useFormat();
  const [isMoving, setMoving] = useState(false);
  return (
    <section className="sheet" aria-labelledby="owners">
      <h2 id="owners">{t("owners.title")}</h2>
      {file.ownerships.length === 0 && <p className="note">{t("owners.empty")}</p>}
      <ol className="lines">
        {file.ownerships.map(({ id, customer, from_date, to_date }) => (
          <li key={id}>
            <Link to={`/customers/${customer.id}`}>{customer.name || t("nameless")}</Link>
            <div className="note">
              {to_date
                ? t("owners.held", { from: format.day(from_date), until: format.day(to_date) })
                : t("owners.holds", { from: format.day(from_date) })}
            </div>
          </li>
        ))}
      </ol>
      {file.allowed.includes("hand_over") && !isMoving && (
        <Button size="small" onClick={() => setMoving(true)}>
          {t("owners.move")}
        </Button>
      )}
      {isMoving && <Moving file={file} subject={subject} onEnd={() => setMoving(false)} />}
    </section>
  );
}

interface MovingProps {
  file: VehicleFile;
  subject: Subject;
  onEnd: () => void;
}

function Moving({ file, subject, onEnd }: MovingProps) {
  const { t } = useTexts("vehicle");
  const words = useTexts("file").t;
  const shared = useTexts("shared").t;
  const handOver = useHandOver(subject);
  const giveUp = useGiveUp(subject);
  const [day, setDay] = useState("");
  const [person, setPerson] = useState<{ id: number; name: string } | null>(null);
  const failure = handOver.error ?? giveUp.error;
  const done = { onSuccess: onEnd };
  return (
    <div className="dropping" onKeyDown={({ key }) => key === "Escape" && onEnd()}>
      <label>
        {t("owners.since")}{" "}
        <input className="box" type="date" value={day} onChange={({ target }) => setDay(target.value)} />
      </label>
      {person ? (
        <p>{t("owners.newOwner", { name: person.name })}</p>
      ) : (
        <PickPerson label={t("owners.to")} onPick={(id, name) => setPerson({ id, name })} />
      )}
      {failure && (
        <p className="alarm" role="alert">
          {sentenceOf(failure, shared)}
        </p>
      )}
      <div className="row">
        <Button
          size="small"
          type="primary"
          disabled={!day || !person}
          loading={handOver.isPending}
          onClick={() => person && handOver.mutate({ customer: person.id, on_date: day }, done)}
        >
          {t("owners.handOver")}
        </Button>
        {file.allowed.includes("give_up") && (
          <Button size="small" disabled={!day} loading={giveUp.isPending} onClick={() => giveUp.mutate(day, done)}>
            {t("owners.giveUp")}
          </Button>
        )}
        <Button size="small" onClick={onEnd}>
          {words("edit.cancel")}
        </Button>
      </div>
    </div>
  );
}

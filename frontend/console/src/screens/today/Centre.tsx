import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { Failure, Loading } from "../../shared/States";
import { useFormat } from "../../shared/format";
import { Due } from "./Due";
import { type Centre as Told, useCentre } from "./queries";

const DIRECTIONS = ["INBOUND", "OUTBOUND"] as const;

/** The centre's day, for those who answer for it. */
export function Centre() {
  const { t } = useTexts("today");
  const { data, error, refetch } = useCentre();
  return (
    <section className="sheet centre" aria-label={t("centre.title")}>
      <h2>{t("centre.title")}</h2>
      {data ? (
        <>
          <Clocks clocks={data.clocks} />
          <People people={data.people} />
          <Backlogs backlogs={data.backlogs} />
        </>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </section>
  );
}

function Clocks({ clocks }: Pick<Told, "clocks">) {
  const { t } = useTexts("today");
  return (
    <>
      <h3>{t("centre.clocks")}</h3>
      {clocks.length === 0 && <p className="note">{t("centre.noClocks")}</p>}
      <ul className="clocks">
        {clocks.map((clock) => (
          <li key={`${clock.about} ${clock.subject_id}`}>
            {clock.customer_id === null ? (
              t("nobody")
            ) : (
              <Link to={`/customers/${clock.customer_id}`}>{clock.customer_name}</Link>
            )}
            <span>
              {clock.number === null
                ? t("centre.dissatisfied")
                : t("centre.complaint", { number: clock.number, level: clock.level })}
            </span>
            <Due task={{ due_at: clock.due_at, promised_at: null }} />
          </li>
        ))}
      </ul>
    </>
  );
}

function People({ people }: Pick<Told, "people">) {
  const { t } = useTexts("today");
  const format = useFormat();
  return (
    <table className="people">
      <caption>{t("centre.people")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("centre.name")}</th>
          {DIRECTIONS.map((direction) => (
            <th key={direction} scope="col">
              {t(`directions.${direction}`)}
            </th>
          ))}
          <th scope="col">{t("centre.load")}</th>
        </tr>
      </thead>
      <tbody>
        {people.map(({ user_id, name, done }) => (
          <tr key={user_id} data-over={done.load > 1 || undefined}>
            <th scope="row">{name}</th>
            {DIRECTIONS.map((direction) => (
              <td key={direction}>
                {format.number(done.calls.find((calls) => calls.direction === direction)?.done ?? 0)}
              </td>
            ))}
            <td>
              {done.has_norm ? format.percent(done.load) : t("centre.noNorm")}{" "}
              {done.load > 1 && <strong>{t("centre.over")}</strong>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Backlogs({ backlogs }: Pick<Told, "backlogs">) {
  const { t } = useTexts("today");
  return (
    <>
      <h3>{t("centre.backlog")}</h3>
      {backlogs.length === 0 && <p className="note">{t("centre.noBacklog")}</p>}
      <ul>
        {backlogs.map(({ role, open, overdue }) => (
          <li key={role}>
            {t("centre.waiting", { role: t(`roles.${role as "COC_DIRECTOR"}`), count: open })}{" "}
            {overdue > 0 && (
              <Link className="late" to={`?late=${role}`}>
                {t("centre.late", { count: overdue })}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

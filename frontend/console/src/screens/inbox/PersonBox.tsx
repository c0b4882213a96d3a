import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Failure, Loading } from "../../shared/States";
import { type Panel, usePanel } from "./queries";

/** Whom one writes to: their cars, the last visit, what is open with them. */
export function PersonBox({ id }: { id: number }) {
  const { t } = useTexts("inbox");
  const { data, error, refetch } = usePanel(id);
  return (
    <section>
      <h2>{t("side.person")}</h2>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && !data.customer && <p className="note">{t("side.nobody")}</p>}
      {data?.customer && <Known panel={data} customerId={data.customer.id} name={data.customer.name} />}
    </section>
  );
}

function Known({ panel, customerId, name }: { panel: Panel; customerId: number; name: string }) {
  const { t } = useTexts("inbox");
  const format = useFormat();
  return (
    <>
      <p>
        <strong>{name}</strong> · <Link to={`/customers/${customerId}`}>{t("side.file")}</Link>
      </p>
      <h3>{t("side.cars")}</h3>
      {panel.cars.length === 0 && <p className="note">{t("side.noCars")}</p>}
      <ul>
        {panel.cars.map((car) => (
          <li key={car.id}>
            <Link to={`/vehicles/${car.id}`}>{car.plate || car.vin}</Link> {car.model}{" "}
            <span className="note">
              {car.last_visit_at ? t("side.lastVisit", { date: format.date(car.last_visit_at) }) : t("side.noVisit")}
            </span>
          </li>
        ))}
      </ul>
      <Open panel={panel} customerId={customerId} />
    </>
  );
}

function Open({ panel, customerId }: { panel: Panel; customerId: number }) {
  const { t } = useTexts("inbox");
  const format = useFormat();
  const open = [
    ...panel.complaints.map(({ id, number, opened_at }) => ({
      key: `complaint-${id}`,
      text: t("side.complaint", { number, date: format.date(opened_at) }),
    })),
    ...panel.appointments.map(({ id, starts_at, plate }) => ({
      key: `visit-${id}`,
      text: [t("side.visit", { date: format.dateTime(starts_at) }), plate].filter(Boolean).join(", "),
    })),
    ...panel.surveys.map(({ id, opened_at }) => ({
      key: `survey-${id}`,
      text: t("side.survey", { date: format.date(opened_at) }),
    })),
  ];
  if (open.length === 0) return null;
  return (
    <>
      <h3>{t("side.open")}</h3>
      <ul>
        {open.map(({ key, text }) => (
          <li key={key}>
            <Link to={`/customers/${customerId}`}>{text}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}

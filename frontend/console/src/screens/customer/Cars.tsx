import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { type Subject, useMaintenance } from "../file/queries";
import { useWord } from "../file/words";
import type { CustomerFile } from "./queries";

/** The cars somebody holds, with their next maintenance, and those of before. */
export function Cars({ ownerships, subject }: { ownerships: CustomerFile["ownerships"]; subject: Subject }) {
  const { t } = useTexts("customer");
  const format = useFormat();
  const word = useWord();
  const { data } = useMaintenance(subject);
  const next = new Map(data?.map((one) => [one.vehicle, one]));
  return (
    <section className="sheet" aria-labelledby="cars">
      <h2 id="cars">{t("cars.title")}</h2>
      {ownerships.length === 0 && <p className="note">{t("cars.empty")}</p>}
      <ul className="lines">
        {ownerships.map(({ id, vehicle, from_date, to_date }) => {
          const forecast = to_date ? undefined : next.get(vehicle.id);
          return (
            <li key={id}>
              <Link to={`/vehicles/${vehicle.id}`}>{vehicle.plate || vehicle.vin}</Link> {vehicle.model}
              <div className="note">
                {to_date
                  ? t("cars.held", { from: format.day(from_date), until: format.day(to_date) })
                  : t("cars.holds", { from: format.day(from_date) })}
                {vehicle.odometer_km !== null && ` · ${t("cars.km", { km: format.number(vehicle.odometer_km) })}`}
              </div>
              {forecast && <div>{t("cars.next", { day: format.day(forecast.due_date) })}</div>}
              {!to_date && vehicle.missing.length > 0 && (
                <div className="alarm">
                  {t("cars.missing", { what: vehicle.missing.map((gap) => word("gaps", gap)).join(", ") })}
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

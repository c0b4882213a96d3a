import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { EditField } from "../file/EditField";
import { Gaps } from "../file/Gaps";
import { type Subject, useMaintenance } from "../file/queries";
import { holderOf, useCorrect, type VehicleFile } from "./queries";
import { Vin } from "./Vin";

/** What the car is, who has it, and when it is due. */
export function Head({ file, subject }: { file: VehicleFile; subject: Subject }) {
  const { t } = useTexts("vehicle");
  const format = useFormat();
  const correct = useCorrect(subject);
  const { vehicle } = file;
  const holder = holderOf(file);
  const mayEdit = file.allowed.includes("edit");
  const save = (name: string) => (value: string) =>
    correct.mutateAsync({ [name]: name.endsWith("_date") ? value || null : value, seen_at: vehicle.updated_at });
  const hint = (name: string) => (file.overwritten.includes(name) ? t("overwritten") : undefined);
  return (
    <header className="sheet file-head">
      <h1>
        {vehicle.plate || t("plateless")} {vehicle.model}
      </h1>
      <p className="row">
        {holder ? (
          <span>
            {t("holder")} <Link to={`/customers/${holder.id}`}>{holder.name || t("nameless")}</Link>
          </span>
        ) : (
          <span className="alarm">{t("nobody")}</span>
        )}
        {vehicle.odometer_km !== null && vehicle.odometer_at && (
          <span>
            {t("odometer", { km: format.number(vehicle.odometer_km), day: format.date(vehicle.odometer_at) })}
          </span>
        )}
        <Due subject={subject} />
      </p>
      <Gaps completeness={file.completeness} />
      <div className="file-fields">
        <Vin file={file} subject={subject} mayEdit={mayEdit} />
        <EditField
          label={t("fields.plate")}
          value={vehicle.plate}
          maxLength={20}
          hint={hint("plate")}
          mayEdit={mayEdit}
          onSave={save("plate")}
        />
        <EditField
          label={t("fields.model")}
          value={vehicle.model}
          maxLength={80}
          hint={hint("model")}
          mayEdit={mayEdit}
          onSave={save("model")}
        />
        {(["purchase_date", "warranty_end_date"] as const).map((name) => (
          <EditField
            key={name}
            label={t(`fields.${name}`)}
            type="date"
            value={vehicle[name] ?? ""}
            shown={vehicle[name] ? format.day(vehicle[name]) : ""}
            hint={hint(name)}
            mayEdit={mayEdit}
            onSave={save(name)}
          />
        ))}
        <EditField
          label={t("fields.services_wanted")}
          value={vehicle.services_wanted}
          maxLength={300}
          isWide
          mayEdit={mayEdit}
          onSave={save("services_wanted")}
        />
      </div>
    </header>
  );
}

function Due({ subject }: { subject: Subject }) {
  const { t } = useTexts("vehicle");
  const format = useFormat();
  const next = useMaintenance(subject).data?.[0];
  if (!next) return null;
  const how = t(next.by_odometer ? "due.byOdometer" : "due.byMonths", {
    months: next.interval_months,
    km: format.number(next.interval_km),
  });
  return <span>{t("due.on", { day: format.day(next.due_date), how })}</span>;
}

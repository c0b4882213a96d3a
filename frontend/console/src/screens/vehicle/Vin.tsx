import { Link } from "react-router";
import { Problem } from "../../api/problem";
import { useTexts } from "../../i18n";
import { Refusal } from "../../shared/Refusal";
import { Sure } from "../../shared/Sure";
import { EditField } from "../file/EditField";
import type { Subject } from "../file/queries";
import { useCorrect, type VehicleFile } from "./queries";

interface Props {
  file: VehicleFile;
  subject: Subject;
  mayEdit: boolean;
}

/** The car's VIN: a wrong check digit is asked about once more, another car's leads to that car's file. */
export function Vin({ file: { vehicle }, subject, mayEdit }: Props) {
  const { t } = useTexts("vehicle");
  const correct = useCorrect(subject);
  const saved = (vin: string, is_vin_sure: boolean) =>
    correct.mutateAsync({ vin, is_vin_sure, seen_at: vehicle.updated_at });
  return (
    <EditField
      label={t("fields.vin")}
      value={vehicle.vin}
      maxLength={30}
      hint={t("vinHint")}
      isWide
      mayEdit={mayEdit}
      onSave={(vin) => saved(vin, false)}
      onRefused={(problem, again) => {
        if (!(problem instanceof Problem)) return null;
        if (problem.code === "vin_taken") return <Link to={`/vehicles/${problem.about.vehicle}`}>{t("vinTaken")}</Link>;
        if (problem.code !== "vin_unlikely") return null;
        return (
          <button type="button" className="small" onClick={() => again((vin) => saved(vin, true))}>
            {t("vinSure")}
          </button>
        );
      }}
    >
      {vehicle.is_vin_suspect && (
        <>
          <span className="alarm"> {t("suspect")}</span>
          {mayEdit && (
            <Sure
              label={t("vinRight")}
              name={t("vinRight")}
              question={t("vinCompared", { vin: vehicle.vin })}
              yes={t("vinSure")}
              isBusy={correct.isPending}
              onYes={() => correct.mutate({ is_vin_sure: true, seen_at: vehicle.updated_at })}
            />
          )}
          <Refusal error={correct.error} />
        </>
      )}
    </EditField>
  );
}

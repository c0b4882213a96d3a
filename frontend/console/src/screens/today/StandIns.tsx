import { useTexts } from "../../i18n";
import { useDay } from "./queries";

/** Whose work I do today, and who does mine. */
export function StandIns() {
  const { t } = useTexts("today");
  const day = useDay().data;
  if (!day) return null;
  return (
    <>
      {day.stands_in_for.length > 0 && (
        <p role="note">{t("day.standsInFor", { names: day.stands_in_for.join(", ") })}</p>
      )}
      {day.stood_in_by && <p role="note">{t("day.stoodInBy", { name: day.stood_in_by })}</p>}
    </>
  );
}

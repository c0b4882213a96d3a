import { Link } from "react-router";
import { useTexts } from "../../i18n";
import type { Hand } from "./useHand";

/** What was noted last, and for whom: a slip of the finger is seen, and its file is one click away. */
export function Recorded({ recorded }: Pick<Hand, "recorded">) {
  const { t } = useTexts("today");
  return (
    <p className="note recorded" role="status">
      {recorded && (
        <>
          {recorded.outcome
            ? t("recorded.ended", { outcome: t(`outcomes.${recorded.outcome}`) })
            : t("recorded.putOff")}{" "}
          {recorded.person ? <Link to={`/customers/${recorded.person.id}`}>{recorded.person.name}</Link> : t("nobody")}
        </>
      )}
    </p>
  );
}

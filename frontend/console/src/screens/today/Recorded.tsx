import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { useNow } from "../../shared/now";
import type { Hand } from "./useHand";

/** What was noted last, for whom, and when it comes back: a slip of the finger is seen, its file one click away. */
export function Recorded({ recorded }: Pick<Hand, "recorded">) {
  const { t } = useTexts("today");
  const goesOn = useGoingOn(recorded);
  return (
    <p className="note recorded" role="status">
      {recorded && (
        <>
          {recorded.outcome
            ? t("recorded.ended", { outcome: t(`outcomes.${recorded.outcome}`) })
            : t("recorded.putOff")}{" "}
          {recorded.person ? <Link to={`/customers/${recorded.person.id}`}>{recorded.person.name}</Link> : t("nobody")}
          {goesOn && <span> · {goesOn}</span>}
        </>
      )}
    </p>
  );
}

/** Return when a task comes back, and to whom where it changed hands; undefined where it is over. */
function useGoingOn(recorded: Hand["recorded"]): string | undefined {
  const { t } = useTexts("today");
  const format = useFormat();
  const now = useNow();
  const { putOff, post } = recorded ?? {};
  if (!putOff) return undefined;
  if (putOff.given_to) return t("recorded.given", { name: putOff.given_to });
  const when = format.soon(putOff.not_before_at ?? putOff.due_at, now);
  if (putOff.role === post) return t("recorded.again", { when });
  return t("recorded.passed", { role: t(`roles.${putOff.role as "COC_DIRECTOR"}`), when });
}

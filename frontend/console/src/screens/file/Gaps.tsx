import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import type { Completeness } from "./queries";
import { useWord } from "./words";

/** How much of what a file should hold is there, and what is missing. */
export function Gaps({ completeness }: { completeness: Completeness }) {
  const { t } = useTexts("file");
  const format = useFormat();
  const word = useWord();
  const { gaps, held, expected, due_date } = completeness;
  const required = [...new Set(gaps.filter((gap) => gap.is_required).map(({ key }) => key))];
  const wanted = [...new Set(gaps.filter((gap) => !gap.is_required).map(({ key }) => key))];
  const list = (keys: string[]) => keys.map((key) => word("gaps", key)).join(", ");
  return (
    <div className="gaps">
      <meter min={0} max={expected} value={held} aria-label={t("completeness.title")} />{" "}
      {t("completeness.share", { share: format.percent(expected ? held / expected : 1) })}
      {required.length > 0 && (
        <p className="alarm">
          {t("completeness.missing", { what: list(required) })}
          {due_date && ` ${t("completeness.due", { day: format.day(due_date) })}`}
        </p>
      )}
      {wanted.length > 0 && <p className="note">{t("completeness.wanted", { what: list(wanted) })}</p>}
    </div>
  );
}

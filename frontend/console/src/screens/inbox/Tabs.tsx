import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { useCounts } from "./queries";
import { TABS, usePlace } from "./tabs";

// The server counts no further.
const MOST = 1000;

/** The parts of the inbox with how many stand in each. */
export function Tabs() {
  const { t } = useTexts("inbox");
  const { tab, toTab } = usePlace();
  const format = useFormat();
  const counts = useCounts().data;
  return (
    <nav aria-label={t("tabs.label")}>
      <ul className="inbox-tabs">
        {TABS.map((one) => (
          <li key={one}>
            <Link to={toTab(one)} className={one === tab ? "active" : ""} aria-current={one === tab || undefined}>
              {t(`tabs.${one}`)}
              {counts && (
                <span className="note"> {counts[one] >= MOST ? t("count.more") : format.number(counts[one])}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

import { Button } from "antd";
import { useTexts } from "../../i18n";
import { Clock } from "./Clock";

const USUAL = ["09:00", "18:00"];
const MOST = 4;

interface Props {
  label: string;
  periods: readonly (readonly string[])[];
  onChange: (periods: string[][]) => void;
}

/** The hours of one day: none is closed, a break makes two of one. */
export function Periods({ label, periods, onChange }: Props) {
  const { t } = useTexts("hours");
  const set = (at: number, side: number, clock: string) =>
    onChange(periods.map((pair, place) => pair.map((old, end) => (place === at && end === side ? clock : old))));
  return (
    <span className="row">
      {periods.length === 0 && <span className="note">{t("periods.closed")}</span>}
      {periods.map((pair, at) => (
        <span key={at} className="row">
          {pair.map((clock, side) => (
            <Clock
              key={side}
              label={`${label}: ${t(side ? "periods.until" : "periods.from")} ${at + 1}`}
              value={clock}
              onChange={(written) => set(at, side, written)}
            />
          ))}
          <Button
            size="small"
            aria-label={`${label}: ${t("periods.remove")} ${at + 1}`}
            onClick={() => onChange(periods.filter((_, place) => place !== at).map((one) => [...one]))}
          >
            {t("periods.remove")}
          </Button>
        </span>
      ))}
      {periods.length < MOST && (
        <Button
          size="small"
          aria-label={`${label}: ${t("periods.add")}`}
          onClick={() => onChange([...periods.map((one) => [...one]), [...USUAL]])}
        >
          {t("periods.add")}
        </Button>
      )}
    </span>
  );
}

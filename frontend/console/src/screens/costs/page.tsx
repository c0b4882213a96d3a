import { useMe } from "../../app/me";
import { useTexts } from "../../i18n";
import { Failure, Loading } from "../../shared/States";
import { Caps } from "./Caps";
import { Countries } from "./Countries";
import { Month } from "./Month";
import { Prices } from "./Prices";
import { useCaps, useCountries, usePrices } from "./queries";
import "./costs.css";

/** What messages cost, and where they end: prices, a month's sums, caps, countries that are open to texts. */
export default function Page() {
  const { t } = useTexts("costs");
  const me = useMe();
  const [prices, caps, countries] = [usePrices(), useCaps(), useCountries()];
  const error = prices.error ?? caps.error ?? countries.error;
  const again = () => {
    for (const one of [prices, caps, countries]) void one.refetch();
  };
  const today = new Date().toLocaleDateString("sv-SE", { timeZone: me.timezone || undefined });
  const isHere = prices.data !== undefined && caps.data !== undefined && countries.data !== undefined;
  return (
    <>
      <h1>{t("title")}</h1>
      <p className="note">{t("note")}</p>
      {error && !isHere && <Failure error={error} onRetry={again} />}
      {!error && !isHere && <Loading />}
      {isHere && (
        <div className="costs">
          <Month today={today} />
          <Prices prices={prices.data} today={today} />
          <Countries key={countries.data.join()} open={countries.data} own={me.country} />
          <Caps key={JSON.stringify(caps.data)} caps={caps.data} />
        </div>
      )}
    </>
  );
}

import { Button } from "antd";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import type { Talk } from "./queries";
import { plainer, segmentsOf } from "./segments";

/** What a text takes as SMS and costs; where typographic signs alone make it longer, plain ones are offered. */
export function Segments({ talk, text, onReplace }: { talk: Talk; text: string; onReplace: (text: string) => void }) {
  const { t } = useTexts("inbox");
  const format = useFormat();
  if (!talk.texting || text === "") return null;
  const { segment_minor: minor, currency, is_wide: isWide, signature } = talk.texting;
  const count = segmentsOf(signature + text, isWide);
  const plain = plainer(text);
  const fewer = segmentsOf(signature + plain.text, isWide);
  return (
    <>
      <p className="note">
        {t("segments.count", { count })}
        {minor !== null && `, ${format.price(Number(minor) * count, currency)}`}
      </p>
      <div role="status">
        {fewer < count && (
          <p className="inbox-late">
            {t("segments.signs", { signs: plain.signs.join(" "), count: fewer })}{" "}
            <Button size="small" onClick={() => onReplace(plain.text)}>
              {t("segments.replace")}
            </Button>
          </p>
        )}
      </div>
    </>
  );
}

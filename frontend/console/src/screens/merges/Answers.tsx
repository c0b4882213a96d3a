import { useTexts } from "../../i18n";
import type { Preview } from "./queries";

type Answer = Preview["answers"][number];

/** What both files say about being written to: a no of either counts for both. */
export function Answers({ answers }: { answers: Answer[] }) {
  const { t, i18n } = useTexts("merges");
  if (answers.length === 0) return <p className="note">{t("answers.none")}</p>;
  const word = (said: boolean | null) => t(said === null ? "answers.unasked" : said ? "answers.yes" : "answers.no");
  const purpose = ({ purpose: key }: Answer) =>
    i18n.exists(`purpose.${key}`, { ns: "merges" }) ? t(`purpose.${key as "SERVICE"}`) : key;
  return (
    <>
      <h3>{t("answers.title")}</h3>
      <div className="scroll" tabIndex={0} role="region" aria-label={t("answers.title")}>
        <table className="list">
          <thead>
            <tr>
              <th scope="col">{t("answers.what")}</th>
              <th scope="col">{t("fields.kept")}</th>
              <th scope="col">{t("fields.other")}</th>
              <th scope="col">{t("answers.result")}</th>
            </tr>
          </thead>
          <tbody>
            {answers.map((answer) => (
              <tr key={`${answer.purpose} ${answer.channel} ${answer.vehicle_id}`}>
                <th scope="row">{[purpose(answer), answer.channel].filter(Boolean).join(" · ")}</th>
                <td>{word(answer.kept)}</td>
                <td>{word(answer.other)}</td>
                <td>
                  <strong>{word(answer.result)}</strong>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

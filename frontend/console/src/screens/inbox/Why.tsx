import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Failure, Loading } from "../../shared/States";
import { type Decision, type Reason, useWhy } from "./queries";
import type texts from "./texts/en.json";

type Action = keyof (typeof texts)["why"]["actions"];

/** Why one message was sent, waits, or was stopped. */
export function Why({ messageId }: { messageId: number }) {
  const { t } = useTexts("inbox");
  const { data, error, refetch } = useWhy(messageId);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <section className="inbox-why-box" aria-label={t("why.title")}>
      <Taken message={data.message} />
      {data.walls.map((wall) => (
        <p key={wall} className="inbox-trouble">
          {wall}
        </p>
      ))}
      {data.decisions.map((decision) => (
        <Decided key={decision.id} decision={decision} />
      ))}
      {data.decisions.length === 0 && data.walls.length === 0 && <p>{t("why.none")}</p>}
    </section>
  );
}

/** What the message took and cost, where that is known. */
function Taken({ message }: { message: Reason["message"] }) {
  const { t } = useTexts("inbox");
  const format = useFormat();
  const said = [
    message.segments !== null && t("segments.count", { count: message.segments }),
    costOf(message, format.price),
  ].filter(Boolean);
  return said.length > 0 ? <p className="note">{said.join(", ")}</p> : null;
}

/** What the provider says that it cost, else our own estimate. */
function costOf(message: Reason["message"], written: (minor: number, currency: string) => string) {
  if (message.charged_minor !== null && message.charged_currency)
    return written(Number(message.charged_minor), message.charged_currency);
  return message.price_minor !== null && written(Number(message.price_minor), message.currency);
}

/** One decision: what, by which rule, when, and on which facts. */
export function Decided({ decision }: { decision: Decision }) {
  const { t } = useTexts("inbox");
  const format = useFormat();
  return (
    <div className="inbox-decided">
      <p>
        <strong>{t(`why.actions.${decision.action as Action}`)}</strong> · {decision.rule_text}{" "}
        <span className="note">
          {format.dateTime(decision.decided_at)}
          {decision.not_before_at && `, ${t("why.until", { time: format.dateTime(decision.not_before_at) })}`}
        </span>
      </p>
      <ul className="note">
        {decision.facts_text.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
    </div>
  );
}

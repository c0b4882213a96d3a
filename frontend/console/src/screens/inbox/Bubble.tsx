import { useState } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Files } from "./Files";
import type { Message } from "./queries";
import type texts from "./texts/en.json";
import { Why } from "./Why";

type Case = keyof (typeof texts)["cases"];
type Media = keyof (typeof texts)["media"];
// One tick: the provider has it; two: the phone; in colour: the owner's eyes.
const TICKS: Partial<Record<Message["state"], number>> = { SENT: 1, DELIVERED: 2, READ: 2 };
// How a channel names what an owner sent in place of words.
const MEDIA = /^\[([a-z_]+)\]$/;
const BAD = new Set<Message["state"]>(["FAILED", "UNDELIVERABLE", "OPTED_OUT", "EXPIRED", "CANCELLED", "UNCONFIRMED"]);

/** One message as it went over the channel: who, what, the answers offered, what became of it, and why. */
export function Bubble({ message, spoken }: { message: Message; spoken: string }) {
  const { t, i18n } = useTexts("inbox");
  const format = useFormat();
  const [isWhy, setWhy] = useState(false);
  const isOut = message.direction === "OUT";
  const who = isOut ? message.author || t("flow") : t("owner");
  const isCase = message.case_kind !== "" && i18n.exists(`cases.${message.case_kind}`, { ns: "inbox" });
  const media = MEDIA.exec(message.text)?.[1];
  const isKnown = media !== undefined && i18n.exists(`media.${media}`, { ns: "inbox" });
  return (
    <article className="inbox-bubble" data-out={isOut || undefined} data-bad={BAD.has(message.state) || undefined}>
      <p className="note">
        {who} · <time dateTime={message.created_at}>{format.dateTime(message.created_at)}</time>
        {isCase && ` · ${t(`cases.${message.case_kind as Case}`)}`}
      </p>
      {message.subject && <p className="inbox-subject">{message.subject}</p>}
      <p className="inbox-text" lang={message.language || spoken}>
        {isKnown ? t(`media.${media as Media}`) : message.text}
      </p>
      <Files files={message.files} />
      {message.buttons.length > 0 && (
        <ul className="inbox-choices" aria-label={t("choices")}>
          {message.buttons.map(({ label, payload }) => (
            <li key={payload}>{label}</li>
          ))}
        </ul>
      )}
      {isOut && (
        <p className="inbox-foot">
          <span className="inbox-state" data-state={message.state}>
            <Ticks count={TICKS[message.state] ?? 0} /> {t(`states.${message.state}`)}
          </span>
          <button type="button" className="inbox-why" aria-expanded={isWhy} onClick={() => setWhy(!isWhy)}>
            {t("why.open")}
          </button>
        </p>
      )}
      {message.trouble && <p className="inbox-trouble">{message.trouble}</p>}
      {isWhy && <Why messageId={message.id} />}
    </article>
  );
}

function Ticks({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <svg className="inbox-ticks" viewBox="0 0 20 12" aria-hidden>
      {Array.from({ length: count }, (_, at) => (
        <path key={at} d={`M${1 + at * 6} 6 l4 4 l8 -9`} />
      ))}
    </svg>
  );
}

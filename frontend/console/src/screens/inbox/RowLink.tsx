import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import type { Row } from "./queries";
import { usePlace } from "./tabs";

/** One conversation in the list: who, what was said last, whether somebody waits. */
export function RowLink({ row, now }: { row: Row; now: Date }) {
  const { t } = useTexts("inbox");
  const { id, toTalk } = usePlace();
  const format = useFormat();
  const last = row.last_message;
  const isUnread = row.unread_count > 0;
  return (
    <li>
      <Link
        className="inbox-row"
        to={toTalk(row.id)}
        data-row={row.id}
        data-unread={isUnread || undefined}
        aria-current={row.id === id ? "true" : undefined}
      >
        <span className="inbox-row-head">
          <strong>{row.customer?.name ?? row.address}</strong>
          {row.last_message_at && <time dateTime={row.last_message_at}>{format.brief(row.last_message_at, now)}</time>}
        </span>
        <span className="inbox-row-text">
          {row.found_text || (last && `${last.direction === "OUT" ? `${t("us")}: ` : ""}${last.text}`)}
        </span>
        <span className="inbox-row-foot">
          {row.waits_since_at && <Waits row={row} now={now} />}
          {row.assignee_name && <span className="note">{row.assignee_name}</span>}
          {row.found_by && <span className="note">{t(`search.by.${row.found_by}`)}</span>}
          {isUnread && (
            <span className="inbox-badge">
              <span aria-hidden>{format.number(row.unread_count)}</span>
              <span className="unseen">{t("unread", { count: row.unread_count })}</span>
            </span>
          )}
          {!isUnread && row.is_new_to_me && (
            <span className="inbox-dot">
              <span className="unseen">{t("newToMe")}</span>
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}

/** Until when an answer is meant to be given; late ones stand out. */
export function Waits({ row, now }: { row: Pick<Row, "waits_since_at" | "answer_due_at">; now: Date }) {
  const { t } = useTexts("inbox");
  const format = useFormat();
  if (!row.waits_since_at || !row.answer_due_at) return null;
  const isLate = new Date(row.answer_due_at) < now;
  return (
    <span className={isLate ? "inbox-late" : "inbox-waits"}>
      {isLate
        ? t("late", { time: format.brief(row.waits_since_at, now) })
        : t("waits", { time: format.brief(row.answer_due_at, now) })}
    </span>
  );
}

import type { ReactNode } from "react";
import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { useWords } from "../today/useWords";
import type { Entry } from "./queries";
import { useWord } from "./words";

/** What an entry is about, where there is more to say than its kind. */
export function About({ entry }: { entry: Entry }) {
  const parts = useParts(entry).filter(Boolean);
  return parts.map((part, at) => (
    // The parts of one entry never change their order.
    <div key={at} className="about">
      {part}
    </div>
  ));
}

function useParts(entry: Entry): ReactNode[] {
  return [
    useMessage(entry.message),
    useNote(entry.note),
    useTask(entry.task),
    useTouch(entry.touch),
    useOrder(entry.repair_order),
    useAppointment(entry.appointment),
    useSurvey(entry),
    useComplaint(entry),
    useDocument(entry.document),
    useConsent(entry.consent),
    useWall(entry.suppression),
    useMerge(entry.file_merge),
    useOwnership(entry.ownership),
  ];
}

function useMessage(message: Entry["message"]): ReactNode {
  const { t } = useTexts("file");
  const word = useWord();
  if (!message) return null;
  const channel = word("channels", message.channel);
  return (
    <>
      <span className="note">
        {channel} · {t(`messageStates.${message.state}`)}
        {message.text !== null && (
          <>
            {" "}
            · <Conversation id={message.conversation} />
          </>
        )}
      </span>
      <blockquote data-direction={message.direction}>{message.text ?? t("timeline.hidden")}</blockquote>
    </>
  );
}

/** The way to what was said around it, for posts that may read it. */
function Conversation({ id }: { id: number }) {
  const { t } = useTexts("file");
  return <Link to={`/inbox/${id}`}>{t("timeline.conversation")}</Link>;
}

function useNote(note: Entry["note"]): ReactNode {
  const { t } = useTexts("file");
  if (!note) return null;
  return (
    <>
      {note.text !== null && <Conversation id={note.conversation} />}
      <blockquote>{note.text ?? t("timeline.hidden")}</blockquote>
    </>
  );
}

function useTask(task: Entry["task"]): ReactNode {
  const { t } = useTexts("file");
  const words = useWords();
  const format = useFormat();
  if (!task) return null;
  return (
    <>
      {words.reason(task.reason)} · {t("timeline.due", { at: format.dateTime(task.due_at) })}
      {task.outcome && ` · ${t(`outcomes.${task.outcome}`)}`}
      {task.note && <blockquote>{task.note}</blockquote>}
    </>
  );
}

function useTouch(touch: Entry["touch"]): ReactNode {
  const { t } = useTexts("file");
  const format = useFormat();
  if (!touch) return null;
  const way = touch.direction ? ` · ${t(`directions.${touch.direction}`)}` : "";
  return (
    <div data-corrected={touch.corrected_by !== null || undefined}>
      {t(`touchKinds.${touch.kind}`)}
      {way} · {touch.subject}
      {touch.corrected_by !== null && <em> {t("touch.corrected")}</em>}
      {touch.corrects !== null && <em> {t("touch.corrects")}</em>}
      {touch.said && <blockquote>{touch.said}</blockquote>}
      {touch.promise && <p>{t("touch.promised", { what: touch.promise })}</p>}
      {touch.next_step && <p>{t("touch.next", { what: touch.next_step })}</p>}
      {touch.next_at && <p>{t("timeline.due", { at: format.dateTime(touch.next_at) })}</p>}
      {touch.recording_url && (
        <a href={touch.recording_url} rel="noreferrer noopener" target="_blank">
          {t("touch.recording")}
        </a>
      )}
    </div>
  );
}

function useOrder(order: Entry["repair_order"]): ReactNode {
  const { t } = useTexts("file");
  const format = useFormat();
  if (!order) return null;
  const km = order.odometer_km === null ? "" : ` · ${t("order.km", { km: format.number(order.odometer_km) })}`;
  return (
    <>
      {t("order.number", { number: order.number })} · {t(`orderKinds.${order.kind}`)}
      {km}
      {order.advisor_name && ` · ${order.advisor_name}`}
      {order.lines.length > 0 && (
        <ul className="lines">
          {order.lines.map((line) => (
            <li key={line.position} className="amount-line">
              <span>
                {[
                  line.text,
                  line.part_number,
                  Number(line.quantity) !== 1 && `× ${format.number(Number(line.quantity))}`,
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
              {line.amount_minor !== null && <span className="amount">{format.money(line.amount_minor)}</span>}
            </li>
          ))}
        </ul>
      )}
      {order.total_minor !== null && (
        <div className="amount-line">
          <strong>{t("order.total")}</strong>
          <strong className="amount">{format.money(order.total_minor)}</strong>
        </div>
      )}
    </>
  );
}

function useAppointment(visit: Entry["appointment"]): ReactNode {
  const { t } = useTexts("file");
  const format = useFormat();
  if (!visit) return null;
  return `${format.dateTime(visit.starts_at)} · ${t(`visitStates.${visit.state}`)}${visit.note ? ` · ${visit.note}` : ""}`;
}

function useSurvey({ kind, survey }: Entry): ReactNode {
  const { t } = useTexts("file");
  // It was not scored yet when it was sent.
  if (!survey || survey.score === null || kind === "survey.opened") return null;
  const score = t("survey.score", { score: survey.score, most: survey.score_max });
  return (
    <>
      {survey.is_dissatisfied ? `${score} · ${t("survey.dissatisfied")}` : score}
      {kind === "survey.completed" && survey.said.map((words, at) => <blockquote key={at}>{words}</blockquote>)}
    </>
  );
}

function useComplaint({ kind, complaint, facts }: Entry): ReactNode {
  const { t } = useTexts("file");
  const word = useWord();
  if (!complaint) return null;
  const action = typeof facts.action === "string" ? word("complaintActions", facts.action) : "";
  return (
    <>
      {t("complaint.number", { number: complaint.number })} · {t(`complaintCategories.${complaint.category}`)} ·{" "}
      {action || t(`complaintSteps.${complaint.step}`)}
      {kind === "complaint.opened" && <blockquote>{complaint.text}</blockquote>}
    </>
  );
}

function useDocument(document: Entry["document"]): ReactNode {
  const { t } = useTexts("file");
  if (!document) return null;
  const removed = document.removed_at ? ` · ${t("documents.removed", { reason: document.removed_reason })}` : "";
  return `${t(`documentKinds.${document.kind}`)} · ${document.name}${removed}`;
}

function useConsent(consent: Entry["consent"]): ReactNode {
  const { t } = useTexts("file");
  const word = useWord();
  if (!consent) return null;
  const said = consent.is_granted ? t("consents.granted") : t("consents.refused");
  const purpose = t(`purposes.${consent.purpose || "ALL"}`);
  const channel = consent.channel ? word("channels", consent.channel) : t("channels.ALL");
  return (
    <>
      {said} · {purpose} · {channel} · {t(`sources.${consent.source}`)}
      {consent.wording && <blockquote>{word("reasons", consent.wording)}</blockquote>}
    </>
  );
}

function useWall(wall: Entry["suppression"]): ReactNode {
  const { t } = useTexts("file");
  const word = useWord();
  if (!wall) return null;
  const channel = wall.channel ? word("channels", wall.channel) : t("channels.ALL");
  return (
    <>
      {wall.lifted_at ? t("consents.lifted") : t("consents.walled")} · {channel} · {word("reasons", wall.reason)}
      {wall.wording && <blockquote>{wall.wording}</blockquote>}
    </>
  );
}

function useMerge(merge: Entry["file_merge"]): ReactNode {
  const { t } = useTexts("file");
  return merge && t("merge.with", { name: merge.other_name });
}

function useOwnership(held: Entry["ownership"]): ReactNode {
  const { t } = useTexts("file");
  const format = useFormat();
  if (!held) return null;
  const from = format.day(held.from_date);
  return (
    <>
      <Link to={`/customers/${held.customer}`}>{held.customer_name}</Link> ·{" "}
      {held.to_date ? t("ownership.held", { from, until: format.day(held.to_date) }) : t("ownership.holds", { from })}
    </>
  );
}

import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { useNow } from "../../shared/now";
import type { Work } from "./queries";

const CLOSE_MS = 3600_000;
const TICK_MS = 15_000;

/** When a task is due, counting down: quiet, pressing, or late. */
export function Due({ task }: { task: Pick<Work, "due_at" | "promised_at"> }) {
  const { t } = useTexts("today");
  const format = useFormat();
  const now = useNow(TICK_MS);
  const at = task.promised_at ?? task.due_at;
  const left = new Date(at).getTime() - now.getTime();
  const state = left < 0 ? "late" : left < CLOSE_MS ? "close" : "calm";
  const told = format.relative(at, now);
  return (
    <span className="due" data-state={state} title={format.dateTime(at)}>
      {t(task.promised_at ? "due.promised" : state === "late" ? "due.late" : "due.open", { told })}
    </span>
  );
}

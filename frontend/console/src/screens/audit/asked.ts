import { known, useWords } from "../../shared/list/words";
import type { Asked } from "./queries";

/** What one can ask the audit for; it stands in the address, so that it can be sent to a colleague. */
const NAMES = ["actor", "action", "subject", "from", "until", "order"] as const;
export type Filter = Readonly<Record<(typeof NAMES)[number], string>>;

/** Return what is asked for and how to ask for something else. */
export const useFilter = () => useWords(NAMES);

/** Return the same as the API asks for it; days begin and end in the reader's zone. */
export function askedOf(filter: Filter): Asked {
  return {
    ...(filter.actor && { actor_kind: "user", actor_id: Number(filter.actor) }),
    ...(filter.action && { action: filter.action }),
    ...(filter.subject && { subject_kind: filter.subject }),
    ...(filter.from && { at__gte: dayStart(filter.from, 0) }),
    ...(filter.until && { at__lt: dayStart(filter.until, 1) }),
    order: known(["when", "-when"] as const, filter.order),
  };
}

/** Return the beginning of a day ("2026-11-20"), or of one some days later. */
function dayStart(day: string, daysLater: number): string {
  const start = new Date(`${day}T00:00:00`);
  start.setDate(start.getDate() + daysLater);
  return start.toISOString();
}

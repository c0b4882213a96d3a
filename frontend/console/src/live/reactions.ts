import type { LiveEvent } from "./line";

type Stale = readonly unknown[];

/** Which answers are stale after an event: by the beginning of its kind, the roots of the queries' keys. */
const REACTIONS: Record<string, (event: LiveEvent) => readonly Stale[]> = {
  "task.": ({ customer_id }) => [["tasks"], ...(customer_id === null ? [] : fileOf(customer_id))],
  "message.": ({ customer_id }) => [["conversations"], ["messages"], ...fileOf(customer_id)],
  "conversation.": () => [["conversations"]],
  "complaint.": ({ customer_id }) => [["tasks"], ["complaints"], ...fileOf(customer_id)],
  "appointment.": ({ customer_id }) => [["appointments"], ...fileOf(customer_id)],
  "survey.": ({ customer_id }) => fileOf(customer_id),
  "follow_up.": ({ customer_id }) => fileOf(customer_id),
  "file.": ({ customer_id }) => [...fileOf(customer_id), ["customers", "list"], ["merge-suggestions"], ["file-merges"]],
  "touch.": ({ customer_id }) => fileOf(customer_id),
  "note.": ({ customer_id }) => fileOf(customer_id),
  "document.": ({ customer_id }) => fileOf(customer_id),
  "ownership.": ({ customer_id }) => fileOf(customer_id),
  "repair_order.": ({ customer_id }) => fileOf(customer_id),
  "consent.": ({ customer_id }) => fileOf(customer_id),
  "suppression.": ({ customer_id }) => fileOf(customer_id),
  "import.": () => [["imports"], ["import-rows"], ["customers"], ["vehicles"], ["merge-suggestions"]],
  "user.": () => [["users"], ["deputies"]],
  "deputy.": () => [["tasks"], ["conversations"], ["deputies"]],
  "settings.": () => [["settings"]],
  "audit.": () => [["audit"]],
};

function fileOf(customerId: number | null): readonly Stale[] {
  return customerId === null ? [["customers"], ["vehicles"]] : [["customers", customerId], ["vehicles"]];
}

/** Return the keys of the queries that an event makes stale. */
export function staleAfter(event: LiveEvent): readonly Stale[] {
  return Object.entries(REACTIONS).flatMap(([start, keys]) => (event.kind.startsWith(start) ? keys(event) : []));
}

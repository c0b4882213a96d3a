import { known, useWords } from "../../shared/list/words";
import type { Asked } from "./queries";

export const STATES = [
  "DRAFT",
  "CHECKING",
  "CHECKED",
  "QUEUED",
  "READING",
  "MERGING",
  "DONE",
  "STOPPED",
  "FAILED",
  "ROLLED_BACK",
  "DISCARDED",
] as const;
const ORDERS = ["begun", "-begun", "file", "-file"] as const;
const NAMES = ["state", "order"] as const;
type Filter = Readonly<Record<(typeof NAMES)[number], string>>;

/** What of the history one wants to see; it stands in the address. */
export const useFilter = () => useWords(NAMES);

/** Return the same as the API asks for it. */
export const askedOf = ({ state, order }: Filter): Asked => ({
  state: known(STATES, state),
  order: known(ORDERS, order),
});

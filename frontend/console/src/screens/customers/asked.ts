import { known, useWords } from "../../shared/list/words";
import type { Asked } from "./queries";

export const LIFECYCLES = [
  "PROSPECT",
  "NEW_OWNER",
  "ACTIVE",
  "LAPSING",
  "LAPSED",
  "TRANSFERRED",
  "REPURCHASE",
] as const;
export const CONSENTS = ["GRANTED", "REFUSED", "UNASKED"] as const;
export const VALUES = ["HIGH", "MIDDLE", "LOW"] as const;
export const KINDS = ["PERSON", "COMPANY"] as const;
const ORDERS = ["created", "-created", "name", "-name", "seen", "-seen", "updated", "-updated"] as const;

/** The boxes above the list, and its order; they stand in the address. What is searched for never does: it is personal. */
const NAMES = ["lifecycle", "consenting", "value", "kind", "gaps", "order"] as const;
export type Filter = Readonly<Record<(typeof NAMES)[number], string>>;

/** Return the boxes and how to change one. */
export const useFilter = () => useWords(NAMES);

/** Return whether any box keeps some of the files back. */
export const isNarrowed = ({ lifecycle, consenting, value, kind, gaps }: Filter): boolean =>
  Boolean(lifecycle || consenting || value || kind || gaps);

/** Return the same as the API asks for it; what it does not know is left out. */
export function askedOf(filter: Filter): Asked {
  return {
    lifecycle: known(LIFECYCLES, filter.lifecycle),
    consenting: known(CONSENTS, filter.consenting),
    value_group: known(VALUES, filter.value),
    kind: known(KINDS, filter.kind),
    order: known(ORDERS, filter.order),
    is_incomplete: filter.gaps === "yes" ? true : undefined,
  };
}

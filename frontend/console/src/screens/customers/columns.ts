/** The columns of the list, by the keys under which the API puts them into a file. */
export const COLUMNS = [
  "name",
  "reach",
  "cars",
  "stage",
  "consenting",
  "seen",
  "gaps",
  "value",
  "address",
  "updated",
  "created",
] as const;
export type Column = (typeof COLUMNS)[number];

export const USUAL: readonly Column[] = ["name", "reach", "cars", "stage", "consenting", "seen", "gaps"];
/** Those that put the list in order, each with the API's word. */
export const ORDERS: Partial<Record<Column, string>> = {
  name: "name",
  seen: "seen",
  updated: "updated",
  created: "created",
};

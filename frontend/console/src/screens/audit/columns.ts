export const COLUMNS = ["when", "who", "what", "on", "changed", "where"] as const;
export type Column = (typeof COLUMNS)[number];

/** What the API calls the same in a file: what was before has a column of its own there. */
export const inFile = (columns: readonly Column[]): string[] =>
  columns.flatMap((column) => (column === "changed" ? ["before", "changed"] : [column]));

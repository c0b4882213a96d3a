/** The columns of the history, by the keys under which the API puts them into a file. */
export const COLUMNS = ["file", "state", "begun", "by", "rows", "created", "updated", "waiting"] as const;
export type Column = (typeof COLUMNS)[number];

export const USUAL: readonly Column[] = COLUMNS.filter((column) => column !== "rows");
export const FIGURES: readonly Column[] = ["rows", "created", "updated", "waiting"];
/** Those that put the list in order, each with the API's word. */
export const ORDERS: Partial<Record<Column, string>> = { file: "file", begun: "begun" };

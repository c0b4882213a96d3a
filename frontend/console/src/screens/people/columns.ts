/** The columns of the people, by the keys under which the API puts them into a file. */
export const COLUMNS = ["name", "post", "last_sign_in", "state"] as const;
export type Column = (typeof COLUMNS)[number];

/** Those that put the list in order, each with the API's word. */
export const ORDERS: Partial<Record<Column, string>> = { name: "name", post: "post", last_sign_in: "last_sign_in" };

/** What the API calls the same in a file, where the e-mail address has a column of its own. */
export const inFile = (columns: readonly Column[]): string[] =>
  columns.flatMap((column) => (column === "name" ? ["name", "email"] : [column]));

/** The columns of a dry run's verdicts, by the keys under which the API puts them into a file. */
export const COLUMNS = ["row", "verdict", "order", "opened", "plate", "why"] as const;
export type Column = (typeof COLUMNS)[number];

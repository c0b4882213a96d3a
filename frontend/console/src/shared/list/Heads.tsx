import "./list.css";

interface Parts<K extends string> {
  columns: readonly K[];
  nameOf: (column: K) => string;
  /** Those that a list can be put in order by, each with its word for the API. */
  orders?: Partial<Record<K, string>>;
  /** The order that stands in the address: "name", "-name", or "" for the usual one. */
  order?: string;
  onOrder?: (order: string) => void;
  figures?: readonly K[];
}

/** The heads of a list's columns. One press puts it in order, the next turns it round, the third gives it up. */
export function Heads<K extends string>({ columns, nameOf, orders, order = "", onOrder, figures = [] }: Parts<K>) {
  return columns.map((column) => {
    const word = orders?.[column];
    const name = nameOf(column);
    return (
      <th
        key={column}
        scope="col"
        className={figures.includes(column) ? "figure" : undefined}
        aria-sort={word && sortOf(order, word)}
      >
        {word ? (
          <button type="button" className="list-order" onClick={() => onOrder?.(next(order, word))}>
            {name}
            <span aria-hidden="true">{SIGNS[sortOf(order, word)]}</span>
          </button>
        ) : (
          name
        )}
      </th>
    );
  });
}

const SIGNS = { ascending: " ↑", descending: " ↓", none: " ↑↓" } as const;

function sortOf(order: string, word: string): keyof typeof SIGNS {
  if (order === word) return "ascending";
  return order === `-${word}` ? "descending" : "none";
}

function next(order: string, word: string): string {
  if (order === word) return `-${word}`;
  return order === `-${word}` ? "" : word;
}

import { useState } from "react";
import { useMe } from "../../app/me";

/** The columns of a list: all there are, those that somebody wants to see, and how to change that. */
export interface Columns<K extends string> {
  all: readonly K[];
  shown: readonly K[];
  toggle: (column: K) => void;
}

/**
 * Return the columns of a list as this person chose them in this browser; before that, the usual ones. The first says
 * what a row is about, and always stands.
 */
export function useColumns<K extends string>(list: string, all: readonly K[], usual: readonly K[] = all): Columns<K> {
  const place = `columns/${useMe().id}/${list}`;
  const [chosen, setChosen] = useState<readonly string[]>(() => kept(place) ?? usual);
  const shown = all.filter((column, at) => at === 0 || chosen.includes(column));
  const toggle = (column: K) => {
    const next = shown.includes(column) ? shown.filter((one) => one !== column) : [...shown, column];
    setChosen(next);
    keep(place, next);
  };
  return { all, shown, toggle };
}

function kept(place: string): string[] | undefined {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(place) ?? "null");
    return Array.isArray(found) ? found.map(String) : undefined;
  } catch {
    return undefined; // no storage in this browser, or nothing of ours in it
  }
}

function keep(place: string, columns: readonly string[]): void {
  try {
    localStorage.setItem(place, JSON.stringify(columns));
  } catch {
    // Chosen until the page is left.
  }
}

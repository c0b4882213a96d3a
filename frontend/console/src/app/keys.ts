import { createContext, useContext, useEffect, useRef } from "react";

/** One key of a screen: what it is called in the list of keys, and what it does. */
export interface Key {
  /** As typed: "j", "Enter", "Escape", "?", "g t" (one after the other), "mod+k" (Ctrl, or Command on a Mac). */
  key: string;
  text: string;
  run: (event: KeyboardEvent) => void;
  /** Works also while something is being written. */
  isAlways?: boolean;
}
export interface KeyTable {
  title: string;
  keys: readonly Key[];
}
export interface KeyRoom {
  tables: Set<{ current: KeyTable }>;
}

export const KeyContext = createContext<KeyRoom>({ tables: new Set() });

/** Let keys work while this component is shown, and stand in the list that "?" opens. */
export function useKeys(title: string, keys: readonly Key[]): void {
  const { tables } = useContext(KeyContext);
  const table = useRef<KeyTable>({ title, keys });
  useEffect(() => {
    table.current = { title, keys };
  });
  useEffect(() => {
    tables.add(table);
    return () => {
      tables.delete(table);
    };
  }, [tables]);
}

/** Return whether a dialog lies over the screen; a closed one stays in the page, hidden. */
export function isCovered(): boolean {
  const dialogs = [...document.querySelectorAll("[aria-modal=true]")];
  return dialogs.some((dialog) => dialog.closest("[style*='display: none']") === null);
}

/** Return whether somebody is writing there. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

/** Return whether a focused control takes this key itself: Enter and Space press a button. */
export function isTaken(event: KeyboardEvent): boolean {
  const isPress = event.key === "Enter" || event.key === " ";
  return (
    isPress &&
    event.target instanceof HTMLElement &&
    event.target.closest("button, a, [role=button], summary, [role=option], [role=menuitem], [role=tab]") !== null
  );
}

/** Return how a pressed key is written in a table. */
export function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `mod+${key}` : event.altKey ? `alt+${key}` : key;
}

import type { Message, Note } from "./queries";

export type Item =
  | { kind: "message"; at: string; message: Message }
  | { kind: "note"; at: string; note: Note }
  | { kind: "line"; at: string };

/** Return what was said and noted, oldest first, with a line before the first that the reader has not seen. */
export function itemsOf(messages: Message[], notes: Note[], readUpTo: number | null, hasOlder: boolean): Item[] {
  const said: Item[] = messages.map((message) => ({ kind: "message", at: message.created_at, message }));
  const oldest = messages.at(-1)?.created_at ?? "";
  // Notes of times not yet loaded come with the messages of those times.
  const shown = notes.filter(({ at }) => !hasOlder || at >= oldest);
  const noted: Item[] = shown.map((note) => ({ kind: "note", at: note.at, note }));
  const items = [...said.reverse(), ...noted].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const first = items.findIndex((item) => item.kind === "message" && isNew(item.message, readUpTo));
  if (first <= 0) return items;
  return [...items.slice(0, first), { kind: "line", at: items[first]?.at ?? "" }, ...items.slice(first)];
}

function isNew(message: Message, readUpTo: number | null): boolean {
  return readUpTo !== null && message.direction === "IN" && message.id > readUpTo;
}

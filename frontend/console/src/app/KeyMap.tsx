import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { isCovered, isTaken, isWriting, type Key, KeyContext, type KeyRoom, nameOf } from "./keys";

const KeyHelp = lazy(() => import("./KeyHelp"));
// Two keys are one word when the second follows within this time.
const SEQUENCE_MS = 1200;

/** Hears every key once and gives it to the newest table that knows it; "?" shows them all. */
export function KeyMap({ children }: { children: ReactNode }) {
  const [room] = useState<KeyRoom>(() => ({ tables: new Set() }));
  const [isHelp, setHelp] = useState(false);
  useEffect(() => listen(room, () => setHelp(true)), [room]);
  return (
    <KeyContext value={room}>
      {children}
      <Suspense>{isHelp && <KeyHelp onClose={() => setHelp(false)} />}</Suspense>
    </KeyContext>
  );
}

function listen(room: KeyRoom, onHelp: () => void): () => void {
  let first = "";
  let firstAt = 0;
  let wasCovered = false;
  // On the way down, because the key that closes a dialog must not reach the screen that appears.
  const onWayDown = () => {
    wasCovered = isCovered();
  };
  const onKey = (event: KeyboardEvent) => {
    if (wasCovered || event.defaultPrevented || event.isComposing || isTaken(event)) return;
    const name = nameOf(event);
    const sequence = event.timeStamp - firstAt < SEQUENCE_MS ? `${first} ${name}` : "";
    const found = find(room, sequence, isWriting(event.target)) ?? find(room, name, isWriting(event.target));
    [first, firstAt] = [found ? "" : name, event.timeStamp];
    if (found) {
      event.preventDefault();
      found.run(event);
    } else if (name === "?" && !isWriting(event.target)) {
      onHelp();
    }
  };
  addEventListener("keydown", onWayDown, true);
  document.addEventListener("keydown", onKey);
  return () => {
    removeEventListener("keydown", onWayDown, true);
    document.removeEventListener("keydown", onKey);
  };
}

function find(room: KeyRoom, name: string, writing: boolean): Key | undefined {
  const tables = [...room.tables].reverse();
  return tables
    .flatMap(({ current }) => current.keys)
    .find(({ key, isAlways }) => key === name && name !== "" && (isAlways || !writing));
}

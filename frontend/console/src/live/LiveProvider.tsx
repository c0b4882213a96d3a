import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { onSessionBack } from "../api/session";
import { Line, type LineState, type Word } from "./line";
import { staleAfter } from "./reactions";

const LineContext = createContext<Line | undefined>(undefined);
// A burst of events costs one look: messages of a campaign come by the hundred.
const GATHER_MS = 300;

/** Keeps the line while somebody is signed in at a dealer, and what is on screen fresh. */
export function LiveProvider({ isOn, children }: { isOn: boolean; children: ReactNode }) {
  const [line] = useState(() => new Line());
  const client = useQueryClient();
  useEffect(() => {
    if (!isOn) return undefined;
    const stop = line.on(freshen(client));
    line.open();
    const stopWaiting = onSessionBack(() => line.reopen());
    return () => {
      stop();
      stopWaiting();
      line.close();
    };
  }, [line, client, isOn]);
  return <LineContext value={line}>{children}</LineContext>;
}

function freshen(client: QueryClient): (word: Word) => void {
  const stale = new Map<string, readonly unknown[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    timer = undefined;
    for (const queryKey of stale.values()) void client.invalidateQueries({ queryKey });
    stale.clear();
  };
  return (word) => {
    if (word.type === "reset") void client.invalidateQueries();
    if (word.type !== "events") return;
    for (const key of word.events.flatMap(staleAfter)) stale.set(JSON.stringify(key), key);
    timer ??= setTimeout(look, GATHER_MS);
  };
}

/** Return the line, to speak on it or to hear what is no event. */
export function useLine(): Line {
  const line = useContext(LineContext);
  if (!line) throw new Error("outside the LiveProvider");
  return line;
}

/** Return whether what is seen is live. */
export function useLiveState(): LineState {
  const line = useLine();
  return useSyncExternalStore(
    (watcher) => line.onState(watcher),
    () => line.state,
  );
}

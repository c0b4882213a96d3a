import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import type { Word, Words as Room } from "./Words";

/** Tells somebody in passing what happened: `say.done(t("saved"))`, `say.failed(sentenceOf(error, t))`. */
export interface Say {
  done: (text: string) => void;
  failed: (text: string) => void;
}

const SayContext = createContext<Say>({ done: () => undefined, failed: () => undefined });

/** The place where passing words appear. */
export function SayRoom({ children }: { children: ReactNode }) {
  const [waiting, setWaiting] = useState<readonly Word[]>([]);
  const [Words, setWords] = useState<typeof Room>();
  const say = useMemo<Say>(() => {
    const add = (word: Word) => {
      setWaiting((before) => [...before, word]);
      // Fetched when something is said: the first view says nothing. Without a network it waits for the next word.
      import("./Words").then(
        ({ Words: room }) => setWords(() => room),
        () => undefined,
      );
    };
    return { done: (text) => add({ text }), failed: (text) => add({ text, isFailure: true }) };
  }, []);
  const onShown = useCallback((count: number) => setWaiting((before) => before.slice(count)), []);
  return (
    <SayContext value={say}>
      {Words && <Words waiting={waiting} onShown={onShown} />}
      {children}
    </SayContext>
  );
}

/** Return how to say something in passing. */
export const useSay = (): Say => useContext(SayContext);

import { useEffect, useRef, useState } from "react";
import { useMe } from "../../app/me";
import type { Presence } from "../../live/line";
import { useLine } from "../../live/LiveProvider";

export type Person = Presence["people"][number];
// Said again while somebody goes on writing; silence is told after a pause.
const SAY_AGAIN_MS = 3000;
const SILENT_MS = 5000;

/** Return who else has the conversation open, and whether they write. */
export function usePresence(id: number): Person[] {
  const line = useLine();
  const me = useMe().id;
  const [people, setPeople] = useState<Person[]>([]);
  useEffect(() => {
    const stop = line.on((word) => {
      if (word.type === "presence" && word.conversation_id === id) setPeople(word.people);
    });
    line.send({ type: "watch", conversation_id: id });
    return () => {
      stop();
      line.send({ type: "unwatch", conversation_id: id });
    };
  }, [line, id]);
  return people.filter((person) => person.id !== me);
}

/** Return how to tell the others that one is writing, and that one has stopped. */
export function useTyping(id: number): { wrote: () => void; stopped: () => void } {
  const line = useLine();
  const said = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stopped = () => {
    clearTimeout(timer.current);
    if (said.current) line.send({ type: "typing", conversation_id: id, is_typing: false });
    said.current = 0;
  };
  const wrote = () => {
    const now = Date.now();
    if (now - said.current > SAY_AGAIN_MS) {
      line.send({ type: "typing", conversation_id: id, is_typing: true });
      said.current = now;
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(stopped, SILENT_MS);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return { wrote, stopped };
}

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Problem } from "../../api/problem";
import { useLine } from "../../live/LiveProvider";
import {
  type Ending,
  type Outcome,
  type PutOff,
  release,
  type TaskInHand,
  useFinish,
  useTake,
  useTaskInHand,
} from "./queries";

// What may take a task out of somebody's hand.
const ENDS = new Set(["task.done", "task.cancelled"]);
const SIGNED_OUT = 401;
const OVER = "task_over";

/** What was noted last, for whom; an empty outcome: it was put off. */
export interface Recorded {
  outcome: Outcome["outcome"] | "";
  person: TaskInHand["person"] | undefined;
  /** Where it stands now, if it comes back, and whose post's it was. */
  putOff: PutOff | undefined;
  post: string | undefined;
}
export interface Hand {
  task: TaskInHand | undefined;
  /** What is being written about it; it stays until the task ends. */
  note: string;
  write: (note: string) => void;
  /** It is being taken, or its end noted. */
  isBusy: boolean;
  /** It was taken away: held too long, and somebody else has it. */
  isLost: boolean;
  /** It ended elsewhere: the conversation was closed, the visit took place. */
  isOver: boolean;
  recorded: Recorded | undefined;
  /** Take a certain task, or the next one. */
  take: (id: number | null) => void;
  /** Take the task that was held when the console was opened, if there is one. */
  resume: (id: number | undefined) => void;
  /** Give it back. */
  giveBack: () => void;
  /** It is done, or comes back. */
  finish: (ending: Omit<Ending, "id">) => void;
}

/** The task this person holds: taken, kept while they stay in the console, given back when they leave. */
export function useHand(): Hand {
  const client = useQueryClient();
  const [id, setId] = useState<number | null>(null);
  const [recorded, setRecorded] = useState<Recorded>();
  const notes = useNotes();
  const hasResumed = useRef(false);
  const ended = useRef<number | null>(null);
  const taking = useTake();
  const { data, error, refetch } = useTaskInHand(id);
  const finishing = useFinish((ending, putOff) => {
    setRecorded({ outcome: ending.outcome ?? "", person: data?.person, putOff, post: data?.role });
    notes.write(ending.id, "");
    setId(null);
  });
  const isBusy = taking.isPending || finishing.isPending;
  // The server refused to keep it: somebody else has it now, or it is done. While its end is noted, by us. Who is
  // signed out may come back to it.
  const refused = error instanceof Problem && error.status !== SIGNED_OUT && !finishing.isPending ? error : undefined;
  const held = refused ? null : id;
  useGivingBack(held);
  useEnds(finishing.isPending ? null : held, () => void refetch());
  const take = (wanted: number | null) => {
    if (!isBusy && held === null) taking.mutate(wanted, { onSuccess: (task) => setId(task?.id ?? null) });
  };
  const resume = (wanted: number | undefined) => {
    // Once: what was given back since may still stand in a list that was kept.
    if (!hasResumed.current && wanted !== undefined) take(wanted);
    hasResumed.current = true;
  };
  const finish = (ending: Omit<Ending, "id">) => {
    // Two presses of one key may come before the page is drawn anew: only the first is one.
    if (isBusy || held === null || ended.current === held) return;
    ended.current = held;
    finishing.mutate({ id: held, ...ending }, { onSettled: () => (ended.current = null) });
  };
  const giveBack = () => {
    if (held !== null) {
      const done = release(held).catch(() => undefined);
      void done.then(() => client.invalidateQueries({ queryKey: ["tasks"] }));
    }
    setId(null);
  };
  return {
    task: held === null ? undefined : data,
    note: notes.of(held),
    write: (note) => notes.write(held, note),
    isBusy,
    isLost: refused !== undefined && refused.code !== OVER,
    isOver: refused?.code === OVER,
    recorded,
    take,
    resume,
    giveBack,
    finish,
  };
}

/** What is written about each task, in memory alone: words about owners belong into no storage of a browser. */
function useNotes() {
  const [notes, setNotes] = useState<Readonly<Record<number, string>>>({});
  return {
    of: (id: number | null) => (id === null ? "" : (notes[id] ?? "")),
    write: (id: number | null, note: string) => {
      if (id !== null) setNotes((before) => ({ ...before, [id]: note }));
    },
  };
}

/** Ask again for a task that ended without us. */
function useEnds(id: number | null, onEnd: () => void): void {
  const line = useLine();
  useEffect(
    () =>
      line.on((word) => {
        if (id === null || word.type !== "events") return;
        if (word.events.some((event) => ENDS.has(event.kind) && event.subject_id === id)) onEnd();
      }),
    [line, id, onEnd],
  );
}

/** Whoever leaves the console, or closes the page, gives back what they hold. */
function useGivingBack(id: number | null): void {
  const held = useRef(id);
  useEffect(() => {
    held.current = id;
  }, [id]);
  useEffect(() => {
    const leave = () => {
      if (held.current !== null) void release(held.current).catch(() => undefined);
      held.current = null;
    };
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
    };
  }, []);
}

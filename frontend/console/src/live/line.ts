import { sessionEnded } from "../api/session";

/** What the server says on the line; see api/live. */
export interface LiveEvent {
  /** Null where it is in no log, as somebody taking a task. */
  id: number | null;
  kind: string;
  subject_kind: string;
  /** Null where very much happened at once: only the kinds are told then. */
  subject_id: number | null;
  customer_id: number | null;
}
export interface Presence {
  type: "presence";
  conversation_id: number;
  people: { id: number; name: string; is_typing: boolean }[];
}
export interface Progress {
  type: "progress";
  import_id: number;
  stage: string;
  done: number;
  total: number | null;
}
export type Word =
  | { type: "hello"; last: number }
  | { type: "events"; events: LiveEvent[]; last?: number }
  | { type: "reset"; last: number }
  | { type: "closed"; code: number }
  | Presence
  | Progress;
export type Saying =
  | { type: "hello"; after: number | null }
  | { type: "watch" | "unwatch"; conversation_id: number }
  | { type: "typing"; conversation_id: number; is_typing: boolean };
export type LineState = "connecting" | "live" | "broken" | "ended";
type Listener = (word: Word) => void;

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
// The server's reasons to close a line for good: signed out, not allowed, no such dealer.
const REFUSALS = new Set([4401, 4403, 4404]);
const SIGNED_OUT = 4401;

/** The one line to the server. It comes back by itself, and asks then for what was missed. */
export class Line {
  state: LineState = "connecting";
  private last: number | null = null;
  private wait = FIRST_WAIT_MS;
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<Listener>();
  private readonly watchers = new Set<() => void>();
  private readonly watched = new Set<number>();

  open(): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/live/`);
    this.socket = socket;
    socket.onopen = () => this.send({ type: "hello", after: this.last });
    socket.onmessage = ({ data }: MessageEvent<string>) => this.hear(JSON.parse(data) as Word);
    socket.onclose = ({ code }) => this.end(code);
  }

  close(): void {
    clearTimeout(this.timer);
    if (this.socket) this.socket.onclose = this.socket.onmessage = null;
    this.socket?.close();
  }

  /** Come back after somebody signed in again; what was missed is asked for. */
  reopen(): void {
    if (this.state !== "ended") return;
    this.become("connecting");
    this.open();
  }

  /** Do what gives the session another key: the line is let go before, and comes back with the new one. */
  async without<T>(work: () => Promise<T>): Promise<T> {
    const wasOpen = this.socket !== undefined;
    this.close();
    try {
      return await work();
    } finally {
      if (wasOpen) this.open();
    }
  }

  /** Hear every word; returns how to stop. */
  on(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Hear when the state changes; returns how to stop. */
  onState(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
    };
  }

  /** Say something; lost while the line is broken. Watched conversations are told anew when it comes back. */
  send(saying: Saying): void {
    if (saying.type === "watch") this.watched.add(saying.conversation_id);
    if (saying.type === "unwatch") this.watched.delete(saying.conversation_id);
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(saying));
  }

  private hear(word: Word): void {
    if (word.type === "closed") return this.end(word.code);
    if (word.type === "hello") {
      this.wait = FIRST_WAIT_MS;
      this.become("live");
      for (const id of this.watched) this.send({ type: "watch", conversation_id: id });
    }
    if ("last" in word && word.last !== undefined) this.last = word.last;
    this.listeners.forEach((listener) => listener(word));
    return undefined;
  }

  private end(code: number): void {
    this.close();
    if (code === SIGNED_OUT) sessionEnded();
    if (REFUSALS.has(code)) return this.become("ended");
    this.become("broken");
    this.timer = setTimeout(() => this.open(), this.wait * (0.75 + Math.random() / 2)); // not all at once
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    return undefined;
  }

  private become(state: LineState): void {
    this.state = state;
    this.watchers.forEach((watcher) => watcher());
  }
}

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components, operations } from "../../api/schema";
import { usePaged } from "../../shared/paged";

export type Work = components["schemas"]["WorkShape"];
export type TaskInHand = components["schemas"]["TaskInHand"];
export type Day = components["schemas"]["WorkDayShape"];
export type Centre = components["schemas"]["CentreShape"];
export type Outcome = TaskInHand["outcomes"][number];
type LateRole = operations["tasks_late_list"]["parameters"]["query"]["role"];
export type Tried = components["schemas"]["PostponedRequest"];

// Tasks also become due by time alone, of which nobody tells.
const LOOK_AGAIN_MS = 60_000;
// A claim lasts ten minutes; it is renewed well before while somebody stays at the task.
const STAY_MS = 4 * 60_000;
// Not among the tasks that a live event makes stale: asking for it again takes it again.
const handKey = (id: number | null) => ["hand", id] as const;

/** What I do next, page by page. */
export const useWork = () =>
  usePaged<Work>({
    queryKey: ["tasks", "work"],
    everyMs: LOOK_AGAIN_MS,
    fetch: (cursor, signal) => answer(api.GET("/api/v1/tasks/work/", { params: { query: { cursor } }, signal })),
  });

/** What I got done today beside the norm, and what is left. */
export const useDay = () =>
  useQuery({
    queryKey: ["tasks", "day"],
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: () => answer(api.GET("/api/v1/tasks/day/")),
  });

/** The centre's day, for heads. */
export const useCentre = () =>
  useQuery({
    queryKey: ["tasks", "centre"],
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: () => answer(api.GET("/api/v1/tasks/centre/")),
  });

/** What of a role's work is late, for heads. */
export const useLate = (role: string) =>
  usePaged<Work>({
    queryKey: ["tasks", "late", role],
    everyMs: LOOK_AGAIN_MS,
    fetch: (cursor, signal) =>
      answer(api.GET("/api/v1/tasks/late/", { params: { query: { cursor, role: role as LateRole } }, signal })),
  });

/** The task I hold, kept mine while I stay. */
export const useTaskInHand = (id: number | null) =>
  useQuery({
    queryKey: handKey(id),
    enabled: id !== null,
    refetchInterval: STAY_MS,
    staleTime: Infinity,
    queryFn: () => claim(id ?? 0),
  });

const claim = (id: number) => answer(api.POST("/api/v1/tasks/{id}/claim/", { params: { path: { id: String(id) } } }));

/** Take the next task, or a certain one; null where nothing is left. */
export function useTake() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: number | null): Promise<TaskInHand | null> =>
      (id === null ? await answer<TaskInHand | undefined>(api.POST("/api/v1/tasks/next/")) : await claim(id)) ?? null,
    onSuccess: (task) => {
      if (task) client.setQueryData(handKey(task.id), task);
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["tasks", "work"] }),
  });
}

/** Where a task stands that comes back: the server says when, and to whom. */
export type PutOff = components["schemas"]["PutOffShape"];

export interface Ending extends Tried {
  id: number;
  isOver: boolean;
  /** The number that was called. */
  phone?: number;
}

/** Note what came of it: the task is done, or comes back. */
export function useFinish(onDone: (ending: Ending, putOff: PutOff | undefined) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, isOver, phone, ...tried }: Ending): Promise<PutOff | undefined> => {
      const params = { path: { id: String(id) } };
      if (!isOver) return answer(api.POST("/api/v1/tasks/{id}/postpone/", { params, body: tried }));
      const body = { outcome: tried.outcome as Outcome["outcome"], note: tried.note, contact_point: phone ?? null };
      await answer(api.POST("/api/v1/tasks/{id}/complete/", { params, body }));
      return undefined;
    },
    onSuccess: (putOff, ending) => onDone(ending, putOff),
    // Not waited for: Enter opens the next at once, whatever the list still says.
    onSettled: () => void client.invalidateQueries({ queryKey: ["tasks"] }),
  });
}

/** Give a task back; goes out also while the page is being closed. */
export const release = (id: number) =>
  answer(api.POST("/api/v1/tasks/{id}/release/", { params: { path: { id: String(id) } }, keepalive: true }));

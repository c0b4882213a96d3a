import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";
import { usePaged } from "../../shared/paged";
import type { Tab } from "./tabs";

type Shapes = components["schemas"];
export type Row = Shapes["ConversationShape"] &
  Partial<Pick<Shapes["FoundConversationShape"], "found_by" | "found_text">>;
export type Talk = Shapes["WholeConversationShape"];
export type Message = Shapes["SpokenMessageShape"];
export type MessageFile = Shapes["MessageFileShape"];
export type Note = Shapes["NoteShape"];
export type Dialogue = Shapes["DialogueShape"];
export type Planned = Shapes["PlannedShape"];
export type Decision = Shapes["DecisionInWordsShape"];
export type Reason = Shapes["MessageReasonShape"];
export type Panel = Shapes["PanelShape"];
export type Canned = Shapes["CannedAnswerShape"];
export type NewCanned = Shapes["NewAnswerRequest"];

const at = (id: number) => ({ path: { id: String(id) } });
const MOST_COLLEAGUES = 200;
const MOST_CANNED = 200;

export const useTab = (tab: Tab, isEnabled: boolean) =>
  usePaged<Row>({
    queryKey: ["conversations", "list", tab],
    fetch: (cursor, signal) =>
      answer(api.GET("/api/v1/conversations/", { params: { query: { tab, cursor } }, signal })),
    isEnabled,
  });

export const useCounts = () =>
  useQuery({ queryKey: ["conversations", "counts"], queryFn: () => answer(api.GET("/api/v1/conversations/counts/")) });

/** Conversations found; the words travel in the body, never in an address. */
export const useFound = (text: string) =>
  useQuery({
    queryKey: ["conversations", "found", text],
    queryFn: async ({ signal }) =>
      (await answer(api.POST("/api/v1/conversations/search/", { body: { text }, signal }))).results as Row[],
    enabled: text !== "",
  });

export const useTalk = (id: number) =>
  useQuery({
    queryKey: ["conversations", id],
    queryFn: () => answer(api.GET("/api/v1/conversations/{id}/", { params: at(id) })),
  });

export const useMessages = (id: number) =>
  usePaged<Message>({
    queryKey: ["conversations", id, "messages"],
    fetch: (cursor, signal) =>
      answer(api.GET("/api/v1/conversations/{id}/messages/", { params: { ...at(id), query: { cursor } }, signal })),
  });

export const useNotes = (id: number) =>
  usePaged<Note>({
    queryKey: ["conversations", id, "notes"],
    fetch: (cursor, signal) =>
      answer(api.GET("/api/v1/conversations/{id}/notes/", { params: { ...at(id), query: { cursor } }, signal })),
  });

export const usePanel = (id: number) =>
  useQuery({
    queryKey: ["conversations", id, "panel"],
    queryFn: () => answer(api.GET("/api/v1/conversations/{id}/panel/", { params: at(id) })),
  });

export const useDialogues = (id: number) =>
  useQuery({
    queryKey: ["conversations", id, "dialogues"],
    queryFn: () => answer(api.GET("/api/v1/conversations/{id}/dialogues/", { params: at(id) })),
  });

export const usePlanned = (id: number, isEnabled: boolean) =>
  usePaged<Planned>({
    queryKey: ["conversations", id, "reasons"],
    fetch: (cursor, signal) =>
      answer(api.GET("/api/v1/conversations/{id}/reasons/", { params: { ...at(id), query: { cursor } }, signal })),
    isEnabled,
  });

export const useWhy = (messageId: number) =>
  useQuery({
    queryKey: ["messages", messageId, "reasons"],
    queryFn: () => answer(api.GET("/api/v1/messages/{id}/reasons/", { params: at(messageId) })),
  });

/** Ask for a link to a file and go there: the browser saves it. */
export const useOpening = () =>
  useMutation({
    mutationFn: (id: number) => answer(api.POST("/api/v1/documents/{id}/link/", { params: at(id) })),
    onSuccess: ({ url }) => location.assign(url),
  });

export const useColleagues = () =>
  useQuery({
    queryKey: ["colleagues"],
    queryFn: () =>
      answer(api.GET("/api/v1/conversations/colleagues/", { params: { query: { page_size: MOST_COLLEAGUES } } })),
  });

export const useCanned = (language: string, isEnabled = true) =>
  useQuery({
    queryKey: ["canned-answers", language],
    queryFn: () =>
      answer(api.GET("/api/v1/canned-answers/", { params: { query: { language, page_size: MOST_CANNED } } })),
    enabled: isEnabled && language !== "",
  });

/** Have a ready answer filled for this owner. */
export const useFill = (id: number) =>
  useMutation({
    mutationFn: (answerId: number) =>
      answer(api.POST("/api/v1/conversations/{id}/fill/", { params: at(id), body: { answer: answerId } })),
  });

/** Do something and look at everything of the inbox anew. */
function useDoing<T = undefined>(run: (given: T) => Promise<unknown>, meta?: { isQuiet: boolean }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    meta,
    onSettled: () => client.invalidateQueries({ queryKey: ["conversations"] }),
  });
}

export const useTake = (id: number) =>
  useDoing((fromUser: number | null) =>
    api.POST("/api/v1/conversations/{id}/take_over/", { params: at(id), body: { from_user: fromUser } }),
  );
export const useAssign = (id: number) =>
  useDoing((user: number | null) => api.POST("/api/v1/conversations/{id}/assign/", { params: at(id), body: { user } }));
export const useHandBack = (id: number) =>
  useDoing(() => api.POST("/api/v1/conversations/{id}/hand_back/", { params: at(id) }));
export const useClose = (id: number) =>
  useDoing(() => api.POST("/api/v1/conversations/{id}/close/", { params: at(id) }));
export const useAddNote = (id: number) =>
  useDoing((text: string) => api.POST("/api/v1/conversations/{id}/notes/", { params: at(id), body: { text } }));

/** Write to the owner; the key makes a repeated press one message. */
export const useWrite = (id: number) =>
  useDoing(
    ({ text, key }: { text: string; key: string }) =>
      api.POST("/api/v1/conversations/{id}/write/", {
        params: { ...at(id), header: { "Idempotency-Key": key } },
        body: { text },
      }),
    { isQuiet: true },
  );

/** Note that everything up to a message was read. */
export function useMarkRead(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (message: number) =>
      api.POST("/api/v1/conversations/{id}/read/", { params: at(id), body: { message } }),
    // A mark not set now is set with the next message; nobody need hear of it.
    meta: { isQuiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: ["conversations", "list"] }),
  });
}

/** Keep, change or remove a ready answer. */
export function useKeepCanned() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: ["canned-answers"] });
  const keep = useMutation({
    mutationFn: ({ id, ...body }: NewCanned & { id?: number }): Promise<unknown> =>
      id === undefined
        ? api.POST("/api/v1/canned-answers/", { body })
        : api.PATCH("/api/v1/canned-answers/{id}/", { params: at(id), body }),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (id: number) => api.DELETE("/api/v1/canned-answers/{id}/", { params: at(id) }),
    onSuccess,
  });
  return { keep, remove };
}

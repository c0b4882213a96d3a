import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";
import { usePaged } from "../../shared/paged";
import { uploaded, type Upload } from "./upload";

export type Entry = components["schemas"]["EntryShape"];
export type Group = components["schemas"]["GroupEnum"];
export type Change = components["schemas"]["FieldChangeShape"];
export type Completeness = components["schemas"]["CompletenessShape"];
export type Document = components["schemas"]["DocumentShape"];
export type Forecast = components["schemas"]["ForecastShape"];
export type NewTouch = components["schemas"]["NewTouchRequest"];
export type Hit = components["schemas"]["HitShape"];

/** Whose file: a person's or a car's. */
export interface Subject {
  kind: "customers" | "vehicles";
  id: number;
}

const PAGE = 30;
/** As many changes as a file brings along. */
export const CHANGES_BROUGHT = 50;

/** Everything that happened, newest first; of no group named, all. */
export const useTimeline = ({ kind, id }: Subject, groups: readonly Group[]) =>
  usePaged({
    queryKey: [kind, id, "timeline", groups],
    fetch: (cursor, signal) => {
      const params = { path: { id: String(id) }, query: { cursor, page_size: PAGE, groups: [...groups] } };
      return kind === "customers"
        ? answer(api.GET("/api/v1/customers/{id}/timeline/", { params, signal }))
        : answer(api.GET("/api/v1/vehicles/{id}/timeline/", { params, signal }));
    },
  });

/** When the cars will want maintenance next. */
export const useMaintenance = ({ kind, id }: Subject) =>
  useQuery({
    queryKey: [kind, id, "maintenance"],
    queryFn: ({ signal }) => {
      const params = { path: { id: String(id) } };
      return kind === "customers"
        ? answer(api.GET("/api/v1/customers/{id}/maintenance/", { params, signal }))
        : answer(api.GET("/api/v1/vehicles/{id}/maintenance/", { params, signal }));
    },
  });

/** The documents of a file, newest first, removed ones too. */
export const useDocuments = ({ kind, id }: Subject) =>
  usePaged({
    queryKey: [kind, id, "documents"],
    fetch: (cursor, signal) =>
      answer(
        api.GET("/api/v1/documents/", {
          params: { query: { cursor, page_size: PAGE, [kind === "customers" ? "customer" : "vehicle"]: id } },
          signal,
        }),
      ),
  });

/** All changes of a file, and of those merged into it, newest first; asked for once somebody wants more than it brought. */
export const useChanges = ({ kind, id }: Subject, files: readonly number[], isEnabled: boolean) =>
  usePaged({
    queryKey: [kind, id, "changes", files],
    isEnabled,
    fetch: (cursor, signal) => {
      const subject_kind = kind === "customers" ? "customer" : "vehicle";
      const query = { cursor, page_size: CHANGES_BROUGHT, subject_kind, subject_id__in: [...files] };
      return answer(api.GET("/api/v1/field-changes/", { params: { query }, signal }));
    },
  });

/** Make everything that is shown of a file be asked for anew. */
export function useRefresh({ kind, id }: Subject): () => Promise<unknown> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: [kind, id] });
}

/** Keep a document; `onProgress` hears how much of it has left, from 0 to 1. */
export function useUpload(subject: Subject, onProgress: (share: number) => void) {
  const refresh = useRefresh(subject);
  return useMutation({
    meta: { isQuiet: true },
    mutationFn: (upload: Upload) => uploaded(upload, subject, onProgress),
    onSuccess: refresh,
  });
}

/** Note what was said; a dated next step becomes a task. */
export function useNote(subject: Subject) {
  const refresh = useRefresh(subject);
  return useMutation({
    meta: { isQuiet: true },
    mutationFn: (body: NewTouch) => answer(api.POST("/api/v1/touches/", { body })),
    onSuccess: refresh,
  });
}

/** Mark a document as removed, with a reason. */
export function useRemoval(subject: Subject) {
  const refresh = useRefresh(subject);
  return useMutation({
    mutationFn: ({ id, reason }: { id: number; reason: string }) =>
      answer(api.POST("/api/v1/documents/{id}/remove/", { params: { path: { id: String(id) } }, body: { reason } })),
    onSuccess: refresh,
  });
}

/** Ask for a link to a document and go there: the browser saves it. */
export const useOpening = () =>
  useMutation({
    mutationFn: (id: number) =>
      answer(api.POST("/api/v1/documents/{id}/link/", { params: { path: { id: String(id) } } })),
    onSuccess: ({ url }) => location.assign(url),
  });

/** Put back what stood in a field before a change. */
export function useRevert(subject: Subject) {
  const refresh = useRefresh(subject);
  return useMutation({
    mutationFn: (id: number) =>
      answer(api.POST("/api/v1/field-changes/{id}/revert/", { params: { path: { id: String(id) } } })),
    onSuccess: refresh,
  });
}

/** People who may be meant by a few words: never kept. */
export const usePeopleFound = (text: string) =>
  useQuery({
    queryKey: ["search", "people", text],
    queryFn: ({ signal }) => answer(api.POST("/api/v1/search/", { body: { text, limit: 8 }, signal })),
    enabled: text !== "",
    gcTime: 0,
  });

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";
import { usePaged } from "../../shared/paged";

export type Suggestion = components["schemas"]["MergeSuggestionShape"];
export type Head = components["schemas"]["HeadShape"];
export type Preview = components["schemas"]["PreviewShape"];
export type Merge = components["schemas"]["FileMergeShape"];
export type Field = NonNullable<components["schemas"]["MergeRequest"]["take"]>[number];

const SUGGESTIONS = ["merge-suggestions"] as const;
const MERGES = ["file-merges"] as const;

/** Pairs of files that may be one person's and wait for somebody to decide. */
export const useSuggestions = () =>
  usePaged<Suggestion>({
    queryKey: [...SUGGESTIONS, "OPEN"],
    fetch: (cursor, signal) =>
      answer(api.GET("/api/v1/merge-suggestions/", { params: { query: { state: "OPEN", cursor } }, signal })),
  });

/** What was merged and stands, newest first. */
export const useMerges = () =>
  usePaged<Merge>({
    queryKey: [...MERGES, "standing"],
    fetch: (cursor, signal) =>
      answer(api.GET("/api/v1/file-merges/", { params: { query: { undone_at__isnull: true, cursor } }, signal })),
  });

/** What merging would come to; nothing is changed by asking. */
export const usePreview = (kept: number, other: number) =>
  useQuery({
    queryKey: [...SUGGESTIONS, "preview", kept, other],
    queryFn: ({ signal }) => answer(api.POST("/api/v1/merge-suggestions/preview/", { body: { kept, other }, signal })),
  });

/** What undoing would come to. */
export const useParting = (merge: number) =>
  useQuery({
    queryKey: [...MERGES, "parting", merge],
    queryFn: () => answer(api.GET("/api/v1/file-merges/{id}/parting/", { params: { path: { id: String(merge) } } })),
  });

function useFresh(): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all([SUGGESTIONS, MERGES, ["customers"]].map((queryKey) => client.invalidateQueries({ queryKey })));
}

/** Say that two files are one person's; `take` names the fields that come from the other. */
export function useMergeFiles() {
  const fresh = useFresh();
  return useMutation({
    mutationFn: ({ kept, other, take }: { kept: number; other: number; take: Field[] }) =>
      answer(
        api.POST("/api/v1/customers/{id}/merge/", { params: { path: { id: String(kept) } }, body: { other, take } }),
      ),
    meta: { isQuiet: true },
    onSuccess: fresh,
  });
}

/** Say that two files are two people's. */
export function useDismiss() {
  const fresh = useFresh();
  return useMutation({
    mutationFn: (id: number) =>
      answer(api.POST("/api/v1/merge-suggestions/{id}/dismiss/", { params: { path: { id: String(id) } } })),
    onSuccess: fresh,
  });
}

/** Part two files again. */
export function useUndo() {
  const fresh = useFresh();
  return useMutation({
    mutationFn: (id: number) =>
      answer(api.POST("/api/v1/file-merges/{id}/undo/", { params: { path: { id: String(id) } } })),
    meta: { isQuiet: true },
    onSuccess: fresh,
  });
}

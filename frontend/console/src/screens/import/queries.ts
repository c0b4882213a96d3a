import { type MutationScope, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answer, api } from "../../api/client";
import type { components, operations } from "../../api/schema";
import type { Progress } from "../../live/line";
import { useLine } from "../../live/LiveProvider";
import type { FileWish } from "../../shared/list/Export";
import { usePaged } from "../../shared/paged";

type Schemas = components["schemas"];
export type Run = Schemas["RunDetail"];
export type Row = Schemas["RowShape"];
export type Columns = Schemas["ColumnsShape"];
export type Verdict = Schemas["VerdictShape"];
export type RowState = Schemas["ImportRowState"];
type AskedVerdicts = NonNullable<operations["imports_verdicts_list"]["parameters"]["query"]>;
export type VerdictKind = NonNullable<AskedVerdicts["kind"]>;
export type Field = Schemas["FieldColumn"]["field"];

const at = (id: number) => ({ path: { id: String(id) } });

export const useImport = (id: number) =>
  useQuery({
    queryKey: ["imports", id],
    enabled: Number.isSafeInteger(id),
    queryFn: ({ signal }) => answer(api.GET("/api/v1/imports/{id}/", { params: at(id), signal })),
  });

export const useColumns = (id: number) =>
  useQuery({
    queryKey: ["imports", id, "columns"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/imports/{id}/columns/", { params: at(id), signal })),
  });

export const useVerdicts = (id: number, asked: AskedVerdicts) =>
  usePaged({
    queryKey: ["imports", id, "verdicts", asked],
    fetch: (cursor, signal) =>
      answer(api.GET("/api/v1/imports/{id}/verdicts/", { params: { ...at(id), query: { ...asked, cursor } }, signal })),
    keepsRows: true,
  });

/** Return how to have the same verdicts saved. */
export const fileOfVerdicts = (id: number, asked: AskedVerdicts) => (wish: FileWish) =>
  answer(
    api.POST("/api/v1/imports/{id}/export_verdicts/", {
      params: { ...at(id), query: asked },
      body: wish,
      parseAs: "blob",
    }),
  ) as Promise<Blob>;

export const useRows = (id: number, state: RowState) =>
  usePaged({
    queryKey: ["imports", id, "rows", state],
    fetch: (cursor, signal) =>
      answer(api.GET("/api/v1/imports/{id}/rows/", { params: { ...at(id), query: { cursor, state } }, signal })),
  });

/** What taking it back would take away; asked only when somebody wants to know. */
export const useRollBackPreview = (id: number, isWanted: boolean) =>
  useQuery({
    queryKey: ["imports", id, "roll-back"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/imports/{id}/roll_back_preview/", { params: at(id), signal })),
    enabled: isWanted,
    staleTime: 0,
  });

function useChange<V, R>(change: (value: V) => Promise<R>, isQuiet = false, scope?: MutationScope) {
  const client = useQueryClient();
  return useMutation({
    meta: { isQuiet },
    scope,
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: ["imports"] }),
  });
}

/** The steps of a file, by the server's own words. */
export function useSteps(id: number) {
  return {
    nameColumns: useChange(
      (mapping: Record<string, string>) =>
        answer(api.PUT("/api/v1/imports/{id}/columns/", { params: at(id), body: { mapping } })),
      true,
    ),
    check: useChange(() => answer(api.POST("/api/v1/imports/{id}/check/", { params: at(id) }))),
    start: useChange(() => answer(api.POST("/api/v1/imports/{id}/start/", { params: at(id) }))),
    stop: useChange(() => answer(api.POST("/api/v1/imports/{id}/stop/", { params: at(id) }))),
    discard: useChange(() => answer(api.POST("/api/v1/imports/{id}/discard/", { params: at(id) }))),
    rollBack: useChange(() => answer(api.POST("/api/v1/imports/{id}/roll_back/", { params: at(id) }))),
    retryRows: useChange(() => answer(api.POST("/api/v1/imports/{id}/retry_rows/", { params: at(id) }))),
    dismissRows: useChange((state: "REFUSED" | "WARNED") =>
      answer(api.POST("/api/v1/imports/{id}/dismiss_rows/", { params: at(id), body: { state } })),
    ),
  };
}

/** What is done about one row that was set aside. */
export function useRowSteps(id: number) {
  // One after the other: of two cells left in haste, the second must not be overtaken by the first.
  const scope = { id: `import row ${id}` };
  return {
    correct: useMutation({
      scope,
      mutationFn: (corrections: Record<string, string>) =>
        answer(api.PATCH("/api/v1/import-rows/{id}/", { params: at(id), body: { corrections } })),
    }),
    retry: useChange(
      (corrections: Record<string, string>) =>
        answer(api.POST("/api/v1/import-rows/{id}/retry/", { params: at(id), body: { corrections } })),
      true,
      scope,
    ),
    dismiss: useChange(() => answer(api.POST("/api/v1/import-rows/{id}/dismiss/", { params: at(id) })), false, scope),
  };
}

/** How far a worker is, as the line tells it between two looks. */
export function useProgress(id: number): Progress | undefined {
  const line = useLine();
  const [told, setTold] = useState<Progress>();
  useEffect(() => line.on((word) => word.type === "progress" && word.import_id === id && setTold(word)), [line, id]);
  return told;
}

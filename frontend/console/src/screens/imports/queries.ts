import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components, paths } from "../../api/schema";
import type { FileWish } from "../../shared/list/Export";
import { usePaged } from "../../shared/paged";

export type Run = components["schemas"]["RunShape"];
export type Asked = NonNullable<paths["/api/v1/imports/"]["get"]["parameters"]["query"]>;

/** The history, as it is asked for. */
export const useImports = (asked: Asked) =>
  usePaged({
    queryKey: ["imports", "history", asked],
    fetch: (cursor, signal) => answer(api.GET("/api/v1/imports/", { params: { query: { ...asked, cursor } }, signal })),
    keepsRows: true,
  });

/** Return how to have the same saved. */
export const fileOf = (asked: Asked) => (wish: FileWish) =>
  answer(
    api.POST("/api/v1/imports/export/", { params: { query: asked }, body: wish, parseAs: "blob" }),
  ) as Promise<Blob>;

/** Upload a file; nothing is imported by that. */
export function useUpload() {
  const client = useQueryClient();
  return useMutation({
    meta: { isQuiet: true },
    mutationFn: (file: File) =>
      answer(
        api.POST("/api/v1/imports/", {
          // The description calls a file a text.
          body: { file: file as unknown as string },
          bodySerializer: () => formOf(file),
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["imports"] }),
  });
}

function formOf(file: File): FormData {
  const form = new FormData();
  form.append("file", file);
  return form;
}

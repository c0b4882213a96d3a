import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components, paths } from "../../api/schema";
import type { FileWish } from "../../shared/list/Export";
import { usePaged } from "../../shared/paged";

export type Entry = components["schemas"]["AuditShape"];
export type Asked = NonNullable<paths["/api/v1/audit/"]["get"]["parameters"]["query"]>;

/** Entries that fit what is asked, newest first. */
export const useEntries = (asked: Asked) =>
  usePaged<Entry>({
    queryKey: ["audit", asked],
    fetch: (cursor, signal) => answer(api.GET("/api/v1/audit/", { params: { query: { ...asked, cursor } }, signal })),
    keepsRows: true,
  });

/** Which actions and subjects the audit holds. */
export const useAuditWords = () =>
  useQuery({ queryKey: ["audit", "words"], queryFn: () => answer(api.GET("/api/v1/audit/words/")) });

/** The people somebody may ask for. */
export const usePeople = () =>
  useQuery({
    queryKey: ["users", "all"],
    queryFn: () => answer(api.GET("/api/v1/users/", { params: { query: { page_size: 100 } } })),
  });

/** Return how to have the same entries saved. */
export const fileOf = (asked: Asked) => (wish: FileWish) =>
  answer(api.POST("/api/v1/audit/export/", { params: { query: asked }, body: wish, parseAs: "blob" })) as Promise<Blob>;

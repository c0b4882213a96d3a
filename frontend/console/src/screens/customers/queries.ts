import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components, paths } from "../../api/schema";
import type { FileWish } from "../../shared/list/Export";
import { usePaged } from "../../shared/paged";

export type Customer = components["schemas"]["ListedCustomerShape"];
export type Hit = components["schemas"]["HitShape"];
export type Asked = NonNullable<paths["/api/v1/customers/"]["get"]["parameters"]["query"]>;
export type Kind = keyof components["schemas"]["FoundShape"];

const MOST = 20;

/** Files that fit what is asked, in the order that is asked for. */
export const useCustomers = (asked: Asked, isEnabled: boolean) =>
  usePaged<Customer>({
    queryKey: ["customers", "list", asked],
    fetch: (cursor, signal) =>
      answer(api.GET("/api/v1/customers/", { params: { query: { ...asked, cursor } }, signal })),
    isEnabled,
    keepsRows: true,
  });

/** Return how to have the same files saved. */
export const fileOf = (asked: Asked) => (wish: FileWish) =>
  answer(
    api.POST("/api/v1/customers/export/", { params: { query: asked }, body: wish, parseAs: "blob" }),
  ) as Promise<Blob>;

/** What is found by a text: a few of every kind that it may be. */
export const useFound = (text: string) =>
  useQuery({
    queryKey: ["search", "customers", text],
    queryFn: ({ signal }) => answer(api.POST("/api/v1/search/", { body: { text, limit: MOST }, signal })),
    enabled: text !== "",
    gcTime: 0, // what was looked for stays in no cache
  });

/** The rest of what is found of one kind, page by page. */
export const useMore = (text: string, kind: Kind, after: number | undefined) =>
  useInfiniteQuery({
    queryKey: ["search", "customers", text, kind],
    queryFn: ({ pageParam, signal }) =>
      answer(api.POST("/api/v1/search/", { body: { text, kind, after: pageParam, limit: MOST }, signal })),
    initialPageParam: after ?? 0,
    getNextPageParam: (page) => page[kind]?.after ?? undefined,
    enabled: false,
    gcTime: 0,
  });

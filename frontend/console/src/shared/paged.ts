import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { cursorOf, type Page } from "../api/paging";

/** Return a list that grows page by page, and how to let it grow. */
export function usePaged<T>(options: {
  queryKey: readonly unknown[];
  fetch: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>;
  isEnabled?: boolean;
  /** Asks anew by itself, for what changes by time alone. */
  everyMs?: number;
  /** Shows what was asked for before until the new rows are there: whoever sorts by keyboard stays where they are. */
  keepsRows?: boolean;
}) {
  const { data, ...query } = useInfiniteQuery({
    queryKey: options.queryKey,
    queryFn: ({ pageParam, signal }) => options.fetch(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => cursorOf(page.next),
    enabled: options.isEnabled ?? true,
    refetchInterval: options.everyMs ?? false,
    placeholderData: options.keepsRows ? keepPreviousData : undefined,
  });
  return { ...query, rows: data?.pages.flatMap(({ results }) => results) };
}

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import type { components } from "../api/schema";

export type Me = components["schemas"]["Me"];

export const meQuery = {
  queryKey: ["me"],
  queryFn: () => answer(api.GET("/api/v1/me/")),
  staleTime: 60_000,
  retry: false,
} as const;

/** Return who is signed in; only below the layout, which waits for it. */
export const useMe = (): Me => useSuspenseQuery(meQuery).data;

/** Return who is signed in, or undefined before that is known or where nobody is. */
export const useMaybeMe = (): Me | undefined => useQuery({ ...meQuery, enabled: false }).data;

/** Return whether the server lets this person do that: `useMay()("complaints.close")`. */
export function useMay(): (action: string) => boolean {
  const { actions } = useMe();
  return (action) => actions.includes(action);
}

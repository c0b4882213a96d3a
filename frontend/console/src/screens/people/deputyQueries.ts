import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";
import { usePaged } from "../../shared/paged";

type Schemas = components["schemas"];
export type Deputy = Schemas["DeputyShape"];
export type Choice = Schemas["ChoiceShape"];
export type NewDeputy = Schemas["NewDeputyRequest"];

const ROOT = ["deputies"];

/** Who stands in for somebody now, or will. */
export const useDeputies = () =>
  usePaged({
    queryKey: [...ROOT, "list"],
    fetch: (cursor, signal) => answer(api.GET("/api/v1/deputies/", { params: { query: { cursor } }, signal })),
  });

/** Everybody here, with those who can do their work. */
export const useChoices = () =>
  useQuery({
    queryKey: [...ROOT, "choices"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/deputies/choices/", { signal })),
  });

/** A change whose refusal is told where it was asked for. */
function useChange<Wish, Result>(change: (wish: Wish) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: ROOT }),
    meta: { isQuiet: true },
  });
}

export const useNameDeputy = () =>
  useChange((wish: NewDeputy) => answer(api.POST("/api/v1/deputies/", { body: wish })));

export const useEndDeputy = (id: number) =>
  useChange(() => answer(api.POST("/api/v1/deputies/{id}/end/", { params: { path: { id: String(id) } } })));

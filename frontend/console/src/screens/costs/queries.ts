import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";
import type { Confirmed } from "../account/queries";

type Schemas = components["schemas"];
export type Price = Schemas["PriceShapeRequest"];
export type Caps = Schemas["CapsShapeRequest"];
export type CapsHere = Schemas["CapsHere"];
export type Spent = Schemas["SpentByPurpose"];
export type Stopped = Schemas["StoppedShape"];

const ROOT = ["settings", "costs"];

export const usePrices = () =>
  useQuery({
    queryKey: [...ROOT, "prices"],
    queryFn: async ({ signal }) => (await answer(api.GET("/api/v1/settings/message-prices/", { signal }))).prices,
  });

export const useCaps = () =>
  useQuery({
    queryKey: [...ROOT, "caps"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/settings/texting-caps/", { signal })),
  });

export const useCountries = () =>
  useQuery({
    queryKey: [...ROOT, "countries"],
    queryFn: async ({ signal }) => (await answer(api.GET("/api/v1/settings/texting-countries/", { signal }))).countries,
  });

/** What was spent on the days [from, until), and what was kept back. */
export const useSpent = (from: string, until: string) =>
  useQuery({
    queryKey: [...ROOT, "spent", from, until],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/message-costs/summary/", {
          params: { query: { from_date: from, until_date: until } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

function useChange<Wish, Result>(change: (wish: Wish) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    meta: { isQuiet: true }, // said where it was asked for
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: ["settings"] }),
  });
}

export const useKeepPrices = () =>
  useChange((prices: Price[]) => answer(api.PUT("/api/v1/settings/message-prices/", { body: { prices } })));

export const useKeepCaps = () => useChange((body: Caps) => answer(api.PUT("/api/v1/settings/texting-caps/", { body })));

export const useOpenCountries = (confirmed: Confirmed) =>
  useChange((countries: string[]) =>
    confirmed(() => answer(api.PUT("/api/v1/settings/texting-countries/", { body: { countries } }))),
  );

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type PurposeHours = Schemas["PurposeHours"];
export type Wish = Schemas["PurposeWishRequest"];
export type Planned = Schemas["PlannedRequest"];
export type Day = Schemas["DayOfYear"];
export type OwnDay = Schemas["OwnDayRequest"];
export type Week = Record<string, string[][]>;

export const useContactHours = () =>
  useQuery({
    queryKey: ["settings", "contact-hours"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/settings/contact-hours/", { signal })),
  });

export const useSettings = () =>
  useQuery({
    queryKey: ["settings", "centre"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/settings/", { signal })),
  });

export const useYear = (year: number) =>
  useQuery({
    queryKey: ["settings", "calendar", year],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/settings/calendar/", { params: { query: { year } }, signal })),
    placeholderData: keepPreviousData,
  });

/** When a message would leave, if these hours held; nothing is kept. */
export const usePreview = (planned: Planned) =>
  useQuery({
    queryKey: ["settings", "preview", planned],
    queryFn: ({ signal }) => answer(api.POST("/api/v1/settings/contact-hours/preview/", { body: planned, signal })),
    enabled: Boolean(planned.date && planned.time),
    placeholderData: keepPreviousData,
  });

function useChange<V, R>(change: (value: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    meta: { isQuiet: true },
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: ["settings"] }),
  });
}

export const useKeepHours = () =>
  useChange((purposes: Wish[]) => answer(api.PUT("/api/v1/settings/contact-hours/", { body: { purposes } })));

export const useKeepCentre = () =>
  useChange((body: { weekly_hours?: Week; keeps_public_holidays?: boolean }) =>
    answer(api.PATCH("/api/v1/settings/", { body })),
  );

export const useSetDay = () => useChange((body: OwnDay) => answer(api.POST("/api/v1/calendar-days/", { body })));

export const useGiveBackDay = () =>
  useChange((id: number) =>
    answer(api.DELETE("/api/v1/calendar-days/{id}/", { params: { path: { id: String(id) } } })),
  );

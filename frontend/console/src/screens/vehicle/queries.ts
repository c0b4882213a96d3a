import { useMutation, useQuery } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";
import { type Subject, useRefresh } from "../file/queries";

export type VehicleFile = components["schemas"]["VehicleFileShape"];
type Corrections = components["schemas"]["PatchedCorrectionsRequest"];

const at = (id: number) => ({ params: { path: { id: String(id) } } });

/** Who has the car now, where that is known. */
export const holderOf = ({ ownerships }: VehicleFile) => ownerships.find(({ to_date }) => to_date === null)?.customer;

/** The whole file of a car. */
export const useFile = (id: number) =>
  useQuery({
    queryKey: ["vehicles", id, "file"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/vehicles/{id}/file/", { ...at(id), signal })),
  });

function useChange<T>(subject: Subject, change: (value: T) => Promise<unknown>) {
  const refresh = useRefresh(subject);
  return useMutation({ meta: { isQuiet: true }, mutationFn: change, onSettled: refresh });
}

/** Correct fields of the file; refused where somebody has changed the same ones since `seen_at`. */
export const useCorrect = (subject: Subject) =>
  useChange(subject, (body: Corrections) => answer(api.PATCH("/api/v1/vehicles/{id}/", { ...at(subject.id), body })));

/** Note that the car belongs to somebody else from a day on. */
export const useHandOver = (subject: Subject) =>
  useChange(subject, (body: { customer: number; on_date: string }) =>
    answer(api.POST("/api/v1/vehicles/{id}/hand_over/", { ...at(subject.id), body })),
  );

/** Note that nobody is known to have the car. */
export const useGiveUp = (subject: Subject) =>
  useChange(subject, (on_date: string) =>
    answer(api.POST("/api/v1/vehicles/{id}/give_up/", { ...at(subject.id), body: { on_date } })),
  );

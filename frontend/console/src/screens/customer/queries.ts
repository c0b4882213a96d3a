import { useMutation, useQuery } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";
import { type Subject, useRefresh } from "../file/queries";

export type CustomerFile = components["schemas"]["CustomerFileShape"];
export type Customer = CustomerFile["customer"];
export type Address = components["schemas"]["ContactPointShape"];
export type Matrix = components["schemas"]["MatrixShape"];
export type Cell = components["schemas"]["CellShape"];
export type Parting = components["schemas"]["PartingShape"];
type Changes = components["schemas"]["PatchedChangesRequest"];
type NewConsent = components["schemas"]["NewConsentRequest"];

const at = (id: number) => ({ params: { path: { id: String(id) } } });

/** The whole file of a person; a merged one's id gives the file it belongs to. */
export const useFile = (id: number) =>
  useQuery({
    queryKey: ["customers", id, "file"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/customers/{id}/file/", { ...at(id), signal })),
  });

/** What may be sent to a person, and the proofs. */
export const useMatrix = (id: number) =>
  useQuery({
    queryKey: ["customers", id, "consents"],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/consents/matrix/", { params: { query: { customer: id } }, signal })),
  });

/** What undoing a merge would come to. */
export const useParting = (merge: number, isWanted: boolean) =>
  useQuery({
    queryKey: ["file-merges", merge, "parting"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/file-merges/{id}/parting/", { ...at(merge), signal })),
    enabled: isWanted,
    gcTime: 0,
  });

/** Change one thing of a file and show it anew, refused or not; whoever asks says what is wrong where it stands. */
function useChange<T, R>(subject: Subject, change: (value: T) => Promise<R>, isQuiet = true) {
  const refresh = useRefresh(subject);
  return useMutation({ meta: { isQuiet }, mutationFn: change, onSettled: refresh });
}

/** Change fields of the file; refused where somebody has changed the same ones since `seen_at`. */
export const useEdit = (subject: Subject) =>
  useChange(subject, (body: Changes) => answer(api.PATCH("/api/v1/customers/{id}/", { ...at(subject.id), body })));

export const useAddAddress = (subject: Subject) =>
  useChange(subject, ({ kind, value }: { kind: "PHONE" | "EMAIL"; value: string }) =>
    answer(api.POST("/api/v1/contact-points/", { body: { customer: subject.id, kind, value } })),
  );

export const useReplaceAddress = (subject: Subject) =>
  useChange(subject, ({ id, value }: { id: number; value: string }) =>
    answer(api.POST("/api/v1/contact-points/{id}/replace/", { ...at(id), body: { value } })),
  );

export const useMarkAddress = (subject: Subject) =>
  useChange(
    subject,
    ({ id, isRight }: { id: number; isRight: boolean }) =>
      answer(api.POST("/api/v1/contact-points/{id}/mark/", { ...at(id), body: { is_right: isRight } })),
    false,
  );

export const usePreferAddress = (subject: Subject) =>
  useChange(subject, (id: number) => answer(api.POST("/api/v1/contact-points/{id}/prefer/", at(id))), false);

export const useAnswer = (subject: Subject) =>
  useChange(subject, (body: NewConsent) => answer(api.POST("/api/v1/consents/", { body })));

export const useLift = (subject: Subject) =>
  useChange(
    subject,
    ({ id, reason }: { id: number; reason: string }) =>
      answer(api.POST("/api/v1/suppressions/{id}/lift/", { ...at(id), body: { reason } })),
    false,
  );

export const useUndo = (subject: Subject) =>
  useChange(subject, (id: number) => answer(api.POST("/api/v1/file-merges/{id}/undo/", at(id))));

export const useFormHousehold = (subject: Subject) =>
  useChange(subject, ({ kind, name }: { kind: "HOUSEHOLD" | "FLEET"; name: string }) =>
    answer(api.POST("/api/v1/households/", { body: { kind, name, customers: [subject.id] } })),
  );

export const useJoinHousehold = (subject: Subject) =>
  useChange(subject, ({ household, customer }: { household: number; customer: number }) =>
    answer(api.POST("/api/v1/households/{id}/join/", { ...at(household), body: { customer } })),
  );

export const useLeaveHousehold = (subject: Subject) =>
  useChange(subject, (id: number) => answer(api.POST("/api/v1/customers/{id}/leave_household/", at(id))), false);

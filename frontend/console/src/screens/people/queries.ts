import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components, paths } from "../../api/schema";
import type { FileWish } from "../../shared/list/Export";
import { usePaged } from "../../shared/paged";

type Schemas = components["schemas"];
export type Person = Schemas["UserShape"];
export type Post = Schemas["RoleShape"];
export type Invitation = Schemas["InvitationShape"];
export type NewInvitation = Schemas["NewInvitationRequest"];
export type Filters = Pick<
  NonNullable<paths["/api/v1/users/"]["get"]["parameters"]["query"]>,
  "role" | "is_active" | "order"
>;

const ROOT = ["users"];

/** The people of this host, page by page. */
export const usePeople = (filters: Filters) =>
  usePaged({
    queryKey: [...ROOT, "list", filters],
    fetch: (cursor, signal) => answer(api.GET("/api/v1/users/", { params: { query: { ...filters, cursor } }, signal })),
    keepsRows: true,
  });

/** Return how to have the same people saved. */
export const fileOf = (filters: Filters) => (wish: FileWish) =>
  answer(
    api.POST("/api/v1/users/export/", { params: { query: filters }, body: wish, parseAs: "blob" }),
  ) as Promise<Blob>;

/** The invitations that wait for an answer. */
export const useInvitations = () =>
  usePaged({
    queryKey: [...ROOT, "invitations"],
    fetch: (cursor, signal) => answer(api.GET("/api/v1/invitations/", { params: { query: { cursor } }, signal })),
  });

/** The posts of this host, with what each may do. */
export const usePosts = () =>
  useQuery({
    queryKey: [...ROOT, "posts"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/roles/", { signal })),
  });

/** A change whose refusal is told where it was asked for; the lists are asked anew. */
function useChange<Wish, Result>(change: (wish: Wish) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: ROOT }),
    meta: { isQuiet: true },
  });
}

const at = (id: number) => ({ params: { path: { id: String(id) } } });

export const useInvite = () =>
  useChange((wish: NewInvitation) => answer(api.POST("/api/v1/invitations/", { body: wish })));

export const useResend = (id: number) => useChange(() => answer(api.POST("/api/v1/invitations/{id}/resend/", at(id))));

export const useWithdraw = (id: number) =>
  useChange(() => answer(api.POST("/api/v1/invitations/{id}/withdraw/", at(id))));

export const useChangePost = (id: number) =>
  useChange((role: string) => answer(api.PATCH("/api/v1/users/{id}/", { ...at(id), body: { role } })));

/** In percent of a usual share of new files. */
export const useShare = (id: number) =>
  useChange((ability: number) => answer(api.PATCH("/api/v1/users/{id}/", { ...at(id), body: { ability } })));

/** Who comes in and who does not: by the word of `allowed`. */
export const useSwitch = (id: number) =>
  useChange((step: "deactivate" | "reactivate" | "unlock") => answer(STEPS[step](id)));

const STEPS = {
  deactivate: (id: number) => api.POST("/api/v1/users/{id}/deactivate/", at(id)),
  reactivate: (id: number) => api.POST("/api/v1/users/{id}/reactivate/", at(id)),
  unlock: (id: number) => api.POST("/api/v1/users/{id}/unlock/", at(id)),
};

import { useMutation, useQuery } from "@tanstack/react-query";
import { allauth } from "../../api/allauth";
import { answer, api } from "../../api/client";
import { ask, meta, type Step, stepOf } from "./queries";

/** Have a link mailed. */
export const useForgotten = () =>
  useMutation({ meta, mutationFn: (email: string) => ask("/auth/password/request", { email }) });

/** Set another password by a link; done, the person signs in with it. */
export const useReset = (key: string) =>
  useMutation({
    meta,
    mutationFn: async (password: string): Promise<Step> => {
      const told = await allauth("POST", "/auth/password/reset", { key, password });
      return told.errors ? stepOf(told) : { kind: "in" };
    },
  });

/** What somebody is invited to. */
export const useInvitation = (token: string) =>
  useQuery({
    queryKey: ["invitation", token],
    queryFn: () => answer(api.POST("/api/v1/invitation/", { body: { token } })),
    retry: false,
    staleTime: Infinity,
  });

/** Accept an invitation; the answer comes with a session. */
export const useAcceptance = (token: string) =>
  useMutation({
    meta,
    mutationFn: (given: { name: string; password: string }) =>
      answer(api.POST("/api/v1/invitation/accept/", { body: { token, ...given } })),
  });

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";
import type { Confirmed } from "../account/queries";

type Schemas = components["schemas"];
export type Account = Schemas["ChannelAccountShape"];
export type Kind = Schemas["KindShape"];
export type Setting = Schemas["SettingShape"];
export type Kept = Schemas["KeptSetting"];
export type Needed = Schemas["NeededShape"];
export type Message = Schemas["MessageShape"];
export type NewAccount = Schemas["NewAccountRequest"];
export type Changes = Schemas["PatchedAccountChangesRequest"];
export type Values = Record<string, string>;

const ROOT = ["settings", "channels"];
// A dealer has a handful.
const ALL = 200;
const LOOK_AGAIN_MS = 30_000;

/** The accounts in the order in which they are tried; what waits in them changes without an event of their own. */
export const useAccounts = () =>
  useQuery({
    queryKey: [...ROOT, "accounts"],
    queryFn: async ({ signal }) => {
      const page = await answer(
        api.GET("/api/v1/channel-accounts/", { params: { query: { page_size: ALL } }, signal }),
      );
      return [...page.results].sort((one, other) => one.rank - other.rank || one.id - other.id);
    },
    refetchInterval: LOOK_AGAIN_MS,
  });

export const useKinds = () =>
  useQuery({
    queryKey: [...ROOT, "kinds"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/channel-accounts/kinds/", { signal })),
    staleTime: Infinity,
  });

/** The texts that an account's provider must approve, in all languages. */
export const useNeeded = (id: number) =>
  useQuery({
    queryKey: [...ROOT, "accounts", id, "templates"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/channel-accounts/{id}/templates/", { ...at(id), signal })),
  });

/** A change whose refusal is told where it was asked for. */
function useChange<Wish, Result>(change: (wish: Wish) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: [...ROOT, "accounts"] }),
    meta: { isQuiet: true },
  });
}

const at = (id: number) => ({ params: { path: { id: String(id) } } });
const patched = (id: number, body: Changes) => answer(api.PATCH("/api/v1/channel-accounts/{id}/", { ...at(id), body }));

export const useOpen = (confirmed: Confirmed) =>
  useChange((body: NewAccount) => confirmed(() => answer(api.POST("/api/v1/channel-accounts/", { body }))));

export const useTell = (confirmed: Confirmed, id: number) =>
  useChange((settings: Values) => confirmed(() => patched(id, { settings })));

export const useSwitch = (id: number) => useChange((isActive: boolean) => patched(id, { is_active: isActive }));

const STEP = 10;

/** Have the accounts tried in this order; only those whose place changes are written. */
export const useOrder = () =>
  useChange(async (accounts: readonly Account[]) => {
    for (const [place, account] of accounts.entries()) {
      const rank = (place + 1) * STEP;
      if (account.rank !== rank) await patched(account.id, { rank });
    }
  });

export const useForget = (id: number) =>
  useChange((name: string) => answer(api.POST("/api/v1/channel-accounts/{id}/forget/", { ...at(id), body: { name } })));

export const useProbe = (id: number) =>
  useChange(() => answer(api.POST("/api/v1/channel-accounts/{id}/probe/", at(id))));

export const useRegister = (id: number) =>
  useChange(() => answer(api.POST("/api/v1/channel-accounts/{id}/register/", at(id))));

export const useTest = (id: number) =>
  useChange((address: string) =>
    answer(api.POST("/api/v1/channel-accounts/{id}/test/", { ...at(id), body: { address } })),
  );

/** What became of a test, and what was answered since, newest first; live, as all messages are. */
export const useTalk = (sent: Message | undefined) =>
  useQuery({
    queryKey: ["messages", "test", sent?.id],
    queryFn: async ({ signal }) => {
      const query = { conversation: sent?.conversation };
      const page = await answer(api.GET("/api/v1/messages/", { params: { query }, signal }));
      return page.results.filter(({ id }) => sent !== undefined && id >= sent.id);
    },
    enabled: sent !== undefined,
  });

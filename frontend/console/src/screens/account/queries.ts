import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { allauth, door, type Factor, failureOf, type OpenSession } from "../../api/allauth";
import { answer, api } from "../../api/client";
import { makePasskey, signByPasskey } from "../../api/passkeys";
import { GivenUp } from "../../api/problem";
import { meQuery } from "../../app/me";
import { useLine } from "../../live/LiveProvider";

const FACTORS = ["account", "factors"];
const SESSIONS = ["account", "sessions"];
const ME = "/account/authenticators";
const KEYS = `${ME}/webauthn`;
const CODES = `${ME}/recovery-codes`;
const NOT_FOUND = 404;

/** What one signs in with besides the password. */
export const useFactors = () => useQuery({ queryKey: FACTORS, queryFn: () => door<Factor[]>("GET", ME) });

/** Where one is signed in. */
export const useSessions = () =>
  useQuery({ queryKey: SESSIONS, queryFn: () => door<OpenSession[]>("GET", "/auth/sessions") });

/** A change of one's own account; its refusal is told where it was asked for. */
function useChange<Wish, Result>(change: (wish: Wish) => Promise<Result>, stale: readonly string[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: stale }),
    meta: { isQuiet: true },
  });
}

export const useRename = () =>
  useChange((name: string) => answer(api.PATCH("/api/v1/me/", { body: { name } })), meQuery.queryKey);

export const useSpeak = () =>
  useChange(
    (language: "en" | "zh-hans" | "es") => answer(api.PATCH("/api/v1/me/", { body: { language } })),
    meQuery.queryKey,
  );

/** All other sessions end with the old password, and so would this one's live line. */
export function useNewPassword(confirmed: Confirmed) {
  const line = useLine();
  const set = (body: { new: string }) => line.without(() => answer(api.POST("/api/v1/me/password/", { body })));
  return useChange((password: string) => confirmed(() => set({ new: password })), SESSIONS);
}

export type Confirmed = <T>(ask: () => Promise<T>) => Promise<T>;

/** What an authenticator app is told: the secret, and the same as an address for the picture. */
export interface Secret {
  secret: string;
  totp_url: string;
}

export const useBeginTotp = (confirmed: Confirmed) => useChange(() => confirmed(beginTotp), []);

async function beginTotp(): Promise<Secret> {
  // The door says "not found" while there is no app, and what it would take to have one.
  const told = await allauth("GET", `${ME}/totp`);
  if (told.status !== NOT_FOUND) throw failureOf(told);
  return told.meta as unknown as Secret;
}

export const useAddTotp = (confirmed: Confirmed) =>
  useChange((code: string) => confirmed(() => door("POST", `${ME}/totp`, { code })), FACTORS);

export const useRemoveTotp = (confirmed: Confirmed) =>
  useChange(() => confirmed(() => door("DELETE", `${ME}/totp`)), FACTORS);

interface Codes {
  unused_codes?: string[];
}

/** The codes as they were made with the first factor: shown once, afterwards none are told. */
export const useFirstCodes = (confirmed: Confirmed) =>
  useChange(async () => (await confirmed(() => door<Codes>("GET", CODES))).unused_codes ?? [], FACTORS);

/** Other codes; those before work no more. */
export const useOtherCodes = (confirmed: Confirmed) =>
  useChange(async () => (await confirmed(() => door<Codes>("POST", CODES, {}))).unused_codes ?? [], FACTORS);

export const useAddPasskey = (confirmed: Confirmed) =>
  useChange(async (name: string) => {
    const { creation_options: asked } = await confirmed(() =>
      door<{ creation_options: { publicKey: PublicKeyCredentialCreationOptionsJSON } }>("GET", `${KEYS}?passwordless`),
    );
    const credential = await makePasskey(asked.publicKey);
    if (credential === undefined) throw new GivenUp();
    await confirmed(() => door("POST", KEYS, { name, credential, passwordless: true }));
  }, FACTORS);

export const useRenamePasskey = (confirmed: Confirmed, id: number) =>
  useChange((name: string) => confirmed(() => door("PUT", KEYS, { id, name })), FACTORS);

export const useRemovePasskey = (confirmed: Confirmed, id: number) =>
  useChange(() => confirmed(() => door("DELETE", KEYS, { authenticators: [id] })), FACTORS);

export const useEndSessions = () =>
  useChange((sessions: number[]) => door<OpenSession[]>("DELETE", "/auth/sessions", { sessions }), SESSIONS);

/** The ways to show once more that it is oneself. */
export const CONFIRM = {
  password: (password: string) => door("POST", "/auth/reauthenticate", { password }),
  code: (code: string) => door("POST", "/auth/2fa/reauthenticate", { code }),
  passkey: async () => {
    const path = "/auth/webauthn/reauthenticate";
    const { request_options: asked } = await door<{
      request_options: { publicKey: PublicKeyCredentialRequestOptionsJSON };
    }>("GET", path);
    const credential = await signByPasskey(asked.publicKey);
    if (credential === undefined) throw new GivenUp();
    return door("POST", path, { credential });
  },
};

export const useConfirm = () =>
  useMutation({
    mutationFn: (wish: { way: keyof typeof CONFIRM; text: string }) => CONFIRM[wish.way](wish.text),
    meta: { isQuiet: true },
  });

import { useMutation } from "@tanstack/react-query";
import { allauth, type AllauthAnswer } from "../../api/allauth";

/** What a door of sign-in leads to. */
export type Step =
  | { kind: "in" }
  /** The password was right; `types` are the second steps that this person has. */
  | { kind: "second"; types: readonly string[] }
  | { kind: "refused"; code: string; message: string };

/** Nobody touched a key, or the browser knows none for this host. */
export class PasskeyUnused extends Error {}

const OK = 200;
const ALREADY_IN = 409;

interface Pending {
  flows?: { id: string; is_pending?: boolean; types?: string[] }[];
}

export function stepOf({ status, data, errors }: AllauthAnswer): Step {
  if (status === OK || status === ALREADY_IN) return { kind: "in" };
  const pending = (data as Pending | undefined)?.flows?.find(
    (flow) => flow.is_pending && flow.id === "mfa_authenticate",
  );
  if (pending) return { kind: "second", types: pending.types ?? [] };
  const message = (errors ?? []).map((error) => error.message).join(" ");
  return { kind: "refused", code: errors?.[0]?.code ?? String(status), message };
}

export async function ask(path: string, body: unknown): Promise<Step> {
  return stepOf(await allauth("POST", path, body));
}

interface Asked {
  request_options?: { publicKey: PublicKeyCredentialRequestOptionsJSON };
}

async function askByPasskey(path: string): Promise<Step> {
  // Few sign in like this: what it takes comes with the first click.
  const [{ signByPasskey }, { data }] = await Promise.all([import("../../api/passkeys"), allauth("GET", path)]);
  const asked = (data as Asked | undefined)?.request_options;
  const credential = asked && (await signByPasskey(asked.publicKey));
  if (credential === undefined) throw new PasskeyUnused("no passkey was used");
  return ask(path, { credential });
}

// Each form says itself why it was refused.
export const meta = { isQuiet: true };

/** Sign in with e-mail and password. */
export const usePassword = () =>
  useMutation({ meta, mutationFn: (given: { email: string; password: string }) => ask("/auth/login", given) });

/** Sign in with a passkey alone, or take the second step with one. */
export const usePasskey = (at: "login" | "authenticate") =>
  useMutation({ meta, mutationFn: () => askByPasskey(`/auth/webauthn/${at}`) });

/** Take the second step with a code. */
export const useCode = () =>
  useMutation({ meta, mutationFn: (code: string) => ask("/auth/2fa/authenticate", { code }) });

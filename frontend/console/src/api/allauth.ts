import { dressed } from "./client";
import { Problem, Unreachable } from "./problem";
import { sessionEnded } from "./session";

/** The sign-in library's own doors: not in our OpenAPI description, so their few shapes stand here. */
const ROOT = "/_allauth/browser/v1";
const SERVER_ERROR = 500;
const REFUSED = 400;
const SIGNED_OUT = 401;

export interface AllauthAnswer {
  status: number;
  data?: unknown;
  errors?: { message: string; code: string; param?: string }[];
  meta?: Record<string, unknown>;
}

/** Call one of its doors. A 4xx is an answer here: 401 says which step comes next. Throws Problem, Unreachable. */
export async function allauth(method: string, path: string, body?: unknown): Promise<AllauthAnswer> {
  const request = dressed(
    new Request(`${location.origin}${ROOT}${path}`, {
      method,
      headers: { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    }),
  );
  let response: Response;
  try {
    response = await globalThis.fetch(request);
  } catch (error) {
    throw new Unreachable(error);
  }
  if (response.status >= SERVER_ERROR) throw new Problem(response.status, {});
  return read(response);
}

async function read(response: Response): Promise<AllauthAnswer> {
  try {
    return (await response.json()) as AllauthAnswer;
  } catch {
    // A page instead of an answer: the token of ours was too old, for one.
    throw new Problem(response.status, {});
  }
}

/** What one signs in with besides the password. */
export type Factor =
  | { type: "totp"; created_at: number; last_used_at: number | null }
  | { type: "recovery_codes"; total_code_count: number; unused_code_count: number; unused_codes?: string[] }
  | { type: "webauthn"; id: number; name: string; created_at: number; last_used_at: number | null };

/** A browser that somebody is signed in with; moments are seconds. */
export interface OpenSession {
  id: number;
  user_agent: string;
  ip: string;
  created_at: number;
  is_current: boolean;
}

/** A session left open is not enough for this: the person shows once more that it is they. */
export class ConfirmationNeeded extends Error {
  constructor() {
    super("confirmation needed");
    this.name = "ConfirmationNeeded";
  }
}

/** Return what a door of somebody signed in answers. Throws ConfirmationNeeded, Problem, Unreachable. */
export async function door<T>(method: string, path: string, body?: unknown): Promise<T> {
  const told = await allauth(method, path, body);
  if (told.status < REFUSED) return told.data as T;
  throw failureOf(told);
}

/** Return which failure a refusal is; an ended session is told to the page too. */
export function failureOf({ status, meta, errors = [] }: AllauthAnswer): Error {
  if (status === SIGNED_OUT && meta?.is_authenticated) return new ConfirmationNeeded();
  if (status === SIGNED_OUT) sessionEnded();
  return new Problem(status, { code: errors[0]?.code, detail: errors.map(({ message }) => message).join(" ") });
}

/** End this session. The door answers 401, which says that nobody is signed in now. */
export async function endSession(): Promise<void> {
  await allauth("DELETE", "/auth/session");
}

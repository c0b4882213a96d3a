import createClient, { type Middleware } from "openapi-fetch";
import { currentLanguage } from "../i18n/languages";
import { problemOf, Unreachable } from "./problem";
import type { paths } from "./schema";
import { cookie } from "./cookies";
import { onSessionBack, sessionEnded } from "./session";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
const SIGNED_OUT = 401;
const ME = "/api/v1/me/";

/** Give a request what every call of ours carries: the reader's language, and the token where something changes. */
export function dressed(request: Request): Request {
  request.headers.set("Accept-Language", currentLanguage());
  if (!SAFE.has(request.method)) request.headers.set("X-CSRFToken", cookie("csrftoken"));
  return request;
}

const ours: Middleware = {
  onRequest: ({ request }) => dressed(request),
  async onResponse({ request, response }) {
    const told = response.status === SIGNED_OUT ? await askedAgain(request, response) : response;
    if (!told.ok) throw await problemOf(told);
    return told;
  },
  onError: ({ error }) => new Unreachable(error),
};

/**
 * Tell that the session has ended. What was only looked for is asked again once somebody has signed in again, and
 * what the screen shows stays meanwhile; who one is must be known at once.
 */
async function askedAgain(request: Request, response: Response): Promise<Response> {
  const isSaid = sessionEnded();
  if (!isSaid || request.method !== "GET" || new URL(request.url).pathname === ME) return response;
  await new Promise<void>((resolve) => {
    const stop = onSessionBack(() => {
      stop();
      resolve();
    });
  });
  const again = await globalThis.fetch(request).catch((error: unknown) => {
    throw new Unreachable(error);
  });
  return again.status === SIGNED_OUT ? askedAgain(request, again) : again;
}

/** The API, typed by its own description. Calls throw Problem or Unreachable. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: (request) => globalThis.fetch(request) });
api.use(ours);

/** Return what a call answers: `await answer(api.GET("/api/v1/me/"))`. Throws Problem, Unreachable. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  // Every failure has been thrown by now; what is left without data answers 204.
  return (await call).data as T;
}

/** A key under which a call that sends or books counts once, however often it is repeated. */
export const newIdempotencyKey = (): string => crypto.randomUUID();

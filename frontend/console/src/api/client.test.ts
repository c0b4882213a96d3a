import { expect, test, vi } from "vitest";
import { refusal, serve } from "../testing/house";
import { answer, api } from "./client";
import { Problem, Unreachable } from "./problem";
import { onLeftElsewhere, onSessionEnded, sessionIsBack } from "./session";

test("a change carries the token and the reader's language", async () => {
  document.cookie = "csrftoken=abc; path=/";
  document.documentElement.lang = "es";
  const fetch = serve({ "PATCH /api/v1/me/": { language: "es" } });

  await answer(api.PATCH("/api/v1/me/", { body: { language: "es" } }));

  const request = fetch.mock.calls[0]?.[0] as Request;
  expect([request.headers.get("X-CSRFToken"), request.headers.get("Accept-Language")]).toEqual(["abc", "es"]);
});

test("a refusal is thrown in the server's words", async () => {
  serve({ "GET /api/v1/me/": refusal(403, "Not for this post.", "not_allowed") });

  const failed = await answer(api.GET("/api/v1/me/")).catch((error: unknown) => error);

  expect(failed).toBeInstanceOf(Problem);
  expect(failed).toMatchObject({ status: 403, code: "not_allowed", message: "Not for this post." });
});

test("an ended session is told to the page", async () => {
  serve({ "GET /api/v1/me/": refusal(401, "Sign in.") });
  const hear = vi.fn();
  const stop = onSessionEnded(hear);

  await answer(api.GET("/api/v1/me/")).catch(() => undefined);
  stop();

  expect(hear).toHaveBeenCalledTimes(1);
});

test("silence of the server is no answer of it", async () => {
  serve({
    "GET /api/v1/me/": () => {
      throw new TypeError("no network");
    },
  });

  await expect(answer(api.GET("/api/v1/me/"))).rejects.toBeInstanceOf(Unreachable);
});

test("an answer that is no problem+json keeps its status", async () => {
  serve({ "GET /api/v1/me/": new Response("<h1>Bad gateway</h1>", { status: 502 }) });

  await expect(answer(api.GET("/api/v1/me/"))).rejects.toMatchObject({ status: 502, message: "" });
});

test("what was looked for waits for the next sign-in; what was to be changed is refused at once", async () => {
  let isIn = false;
  const told = (value: unknown) => () => (isIn ? value : refusal(401, "Sign in."));
  serve({
    "GET /api/v1/tasks/day/": told({ left: 3 }),
    "POST /api/v1/tasks/next/": told({ id: 7 }),
  });
  const stop = onSessionEnded(() => undefined);
  const settled = vi.fn();

  const looked = answer(api.GET("/api/v1/tasks/day/"));
  void looked.then(settled, settled);
  await expect(answer(api.POST("/api/v1/tasks/next/"))).rejects.toMatchObject({ status: 401 });
  expect(settled).not.toHaveBeenCalled();
  isIn = true;
  sessionIsBack();

  expect(await looked).toEqual({ left: 3 });
  stop();
});

test("who signs out in another tab is heard of, and nothing else that is kept", () => {
  const hear = vi.fn();
  const stop = onLeftElsewhere(hear);

  dispatchEvent(new StorageEvent("storage", { key: "aftercare.mode", newValue: "dark" }));
  dispatchEvent(new StorageEvent("storage", { key: "aftercare.left", newValue: "2026-11-20" }));
  stop();

  expect(hear).toHaveBeenCalledTimes(1);
});

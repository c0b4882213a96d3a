import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { LiveProvider } from "../../live/LiveProvider";
import { refusal, serve, show } from "../../testing/house";
import { deviceOf } from "./devices";
import Page from "./page";

const DOOR = "/_allauth/browser/v1";
const FACTORS = `${DOOR}/account/authenticators`;
const HERE = { id: 1, user_agent: "Chrome/140 Windows", ip: "192.0.2.1", created_at: 1_790_000_000, is_current: true };
const ELSEWHERE = { ...HERE, id: 2, user_agent: "Firefox/150 Android", is_current: false };
const told = (status: number, more: object = {}) => Response.json({ status, ...more }, { status });
const UNCONFIRMED = told(401, { data: { flows: [{ id: "reauthenticate" }] }, meta: { is_authenticated: true } });

const house = (more: Record<string, unknown> = {}) =>
  serve({
    [`GET ${FACTORS}`]: told(200, { data: [] }),
    [`GET ${DOOR}/auth/sessions`]: told(200, { data: [HERE, ELSEWHERE] }),
    ...more,
  });
const arrive = () =>
  show(
    <LiveProvider isOn={false}>
      <Page />
    </LiveProvider>,
    { texts: "account" },
  );
/** Answer one thing after the other; the last stays. */
const inTurn =
  (...answers: unknown[]) =>
  () =>
    answers.length > 1 ? answers.shift() : answers[0];
const region = (name: string) => within(screen.getByRole("region", { name }));

test("what needs a confirmation is repeated once the password is given", async () => {
  const fetch = house({
    "POST /api/v1/me/password/": inTurn(
      refusal(403, "Confirm.", "confirmation_needed"),
      new Response(null, { status: 204 }),
    ),
    [`POST ${DOOR}/auth/reauthenticate`]: told(200),
  });
  await arrive();

  await userEvent.type(screen.getByLabelText("New password"), "a quiet green lorry{Enter}");
  await userEvent.type(await screen.findByLabelText("Your present password"), "the old one{Enter}");

  expect(await screen.findByText(/^The password is changed/)).toBeTruthy();
  const sent = fetch.mock.calls.map(([call]) => call as Request).filter(({ method }) => method === "POST");
  expect(sent.map(({ url }) => new URL(url).pathname)).toEqual([
    "/api/v1/me/password/",
    `${DOOR}/auth/reauthenticate`,
    "/api/v1/me/password/",
  ]);
});

test("all that is wrong with a password is said at once", async () => {
  const wrong = {
    status: 400,
    code: "invalid",
    detail: "Some fields cannot be taken as they are.",
    errors: [
      { field: "", message: "Too short." },
      { field: "", message: "Only digits." },
    ],
  };
  house({ "POST /api/v1/me/password/": Response.json(wrong, { status: 400 }) });
  await arrive();

  await userEvent.type(screen.getByLabelText("New password"), "123{Enter}");

  expect((await region("Password").findByRole("alert")).textContent).toBe("Too short. Only digits.");
});

test("a wrong password is said where it was asked for, and nothing is repeated", async () => {
  house({
    [`GET ${FACTORS}/totp`]: UNCONFIRMED,
    [`POST ${DOOR}/auth/reauthenticate`]: told(400, { errors: [{ code: "incorrect_password", message: "Not it." }] }),
  });
  await arrive();

  await userEvent.click(await screen.findByRole("button", { name: "Set up the app" }));
  const form = within(await screen.findByRole("form", { name: "Confirm that it is you" }));
  await userEvent.type(form.getByLabelText("Your present password"), "no{Enter}");

  expect((await form.findByRole("alert")).textContent).toBe("Not it.");
});

test("who gives up is told nothing, and may begin anew", async () => {
  house({ [`GET ${FACTORS}/totp`]: UNCONFIRMED });
  await arrive();

  await userEvent.click(await screen.findByRole("button", { name: "Set up the app" }));
  await userEvent.type(await screen.findByLabelText("Your present password"), "{Escape}");

  expect(screen.queryByRole("form", { name: "Confirm that it is you" })).toBeNull();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("somebody with an app may confirm with a code", async () => {
  house({
    [`GET ${FACTORS}`]: told(200, { data: [{ type: "totp", created_at: 1, last_used_at: null }] }),
    [`DELETE ${FACTORS}/totp`]: UNCONFIRMED,
  });
  await arrive();

  await userEvent.click(await screen.findByRole("button", { name: "Remove the app" }));
  await userEvent.keyboard("{Enter}");
  await userEvent.click(await screen.findByRole("button", { name: "With a code instead" }));

  expect(screen.getByLabelText("Code from the app, or a recovery code")).toBeTruthy();
});

test("the secret is shown to be typed, in groups of four", async () => {
  const meta = { secret: "ABCDEFGHIJ", totp_url: "otpauth://totp/x?secret=ABCDEFGHIJ" };
  house({ [`GET ${FACTORS}/totp`]: told(404, { meta }) });
  await arrive();

  await userEvent.click(await screen.findByRole("button", { name: "Set up the app" }));

  expect(await screen.findByText("ABCD EFGH IJ")).toBeTruthy();
});

test("codes are shown this once", async () => {
  const kept = { type: "recovery_codes", total_code_count: 10, unused_code_count: 3 };
  house({
    [`GET ${FACTORS}`]: told(200, { data: [kept] }),
    [`POST ${FACTORS}/recovery-codes`]: told(200, { data: { ...kept, unused_codes: ["one-code", "two-code"] } }),
  });
  await arrive();

  await userEvent.click(await screen.findByRole("button", { name: "Make other codes" }));
  await userEvent.keyboard("{Enter}");
  expect(await screen.findByText("one-code")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "I have kept them" }));

  expect(screen.queryByText("one-code")).toBeNull();
});

test("this session is marked, and another one ended", async () => {
  const fetch = house({ [`DELETE ${DOOR}/auth/sessions`]: told(200, { data: [HERE] }) });
  await arrive();

  expect(await screen.findByText("This one")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: /^Sign out there: / }));

  const sent = fetch.mock.calls.map(([call]) => call as Request).find(({ method }) => method === "DELETE");
  expect(await sent?.clone().json()).toEqual({ sessions: [2] });
});

test("a list of sessions that does not come can be asked for again", async () => {
  house({ [`GET ${DOOR}/auth/sessions`]: told(400, { errors: [{ code: "x", message: "Not now." }] }) });
  await arrive();

  const alert = await region("Where you are signed in").findByRole("alert");
  expect(alert.textContent).toContain("Not now.");
});

test.each([
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
    "Edge · Windows",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Safari/604.1",
    "Safari · iPhone",
  ],
  ["curl/8", ""],
])("%s is %s", (agent, device) => {
  expect(deviceOf(agent)).toBe(device);
});

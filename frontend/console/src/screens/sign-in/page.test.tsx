import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { serve, show } from "../../testing/house";
import Invitation from "./invitation";
import Page from "./page";
import Reset from "./reset";

const DOOR = "/_allauth/browser/v1/auth";
const left = vi.fn();

const says = (status: number, body: object = {}) =>
  new Response(JSON.stringify({ status, ...body }), { status, headers: { "Content-Type": "application/json" } });
const pending = (types: string[]) =>
  says(401, { data: { flows: [{ id: "login" }, { id: "mfa_authenticate", is_pending: true, types }] } });

beforeEach(() => vi.spyOn(location, "replace").mockImplementation(left));
afterEach(() => {
  vi.restoreAllMocks();
  left.mockReset();
});

async function enter(email: string, password: string) {
  await userEvent.type(screen.getByLabelText("E-mail"), email);
  await userEvent.type(screen.getByLabelText("Password"), `${password}{Enter}`);
}

test("a right password leads on", async () => {
  serve({ [`POST ${DOOR}/login`]: says(200) });
  await show(<Page />, { texts: "sign-in", at: "/?next=%2Finbox" });

  await enter("clara@north.example", "secret");

  await vi.waitFor(() => expect(left).toHaveBeenCalledWith("/inbox"));
});

test("a refusal is said in the server's words, and what was typed stays", async () => {
  serve({ [`POST ${DOOR}/login`]: says(429, { errors: [{ code: "locked_out", message: "Wait 15 min." }] }) });
  await show(<Page />, { texts: "sign-in" });

  await enter("clara@north.example", "wrong");

  expect((await screen.findByText("Wait 15 min.")).getAttribute("role")).toBe("alert");
  expect(screen.getByLabelText<HTMLInputElement>("E-mail").value).toBe("clara@north.example");
  expect(left).not.toHaveBeenCalled();
});

test("a second step asks for a code, without its blanks", async () => {
  const fetch = serve({
    [`POST ${DOOR}/login`]: pending(["totp", "recovery_codes"]),
    [`POST ${DOOR}/2fa/authenticate`]: says(200),
  });
  await show(<Page />, { texts: "sign-in" });

  await enter("clara@north.example", "secret");
  await userEvent.type(await screen.findByLabelText("Code"), "123 456{Enter}");

  await vi.waitFor(() => expect(left).toHaveBeenCalledWith("/"));
  const request = fetch.mock.calls[1]?.[0] as Request;
  expect(await request.json()).toEqual({ code: "123456" });
});

test("a page in place of an answer is a failure with words", async () => {
  serve({ [`POST ${DOOR}/login`]: new Response("<h1>Old</h1>", { status: 403 }) });
  await show(<Page />, { texts: "sign-in" });

  await enter("clara@north.example", "secret");

  expect(await screen.findByText(/Load the page again/)).toBeTruthy();
});

test("a new password leads back to the form", async () => {
  location.hash = "#3-abc";
  serve({ [`POST ${DOOR}/password/reset`]: says(401) });
  const { router } = await show(<Reset />, {
    texts: "sign-in",
    routes: [{ path: "/sign-in", element: <Page /> }],
  });

  await userEvent.type(screen.getByLabelText("New password"), "a quiet green lorry{Enter}");

  expect(await screen.findByText("Your password is set. Sign in with it.")).toBeTruthy();
  expect([router.state.location.pathname, location.hash]).toEqual(["/sign-in", ""]);
});

test("a link that is used up offers another", async () => {
  location.hash = "#3-abc";
  serve({ [`POST ${DOOR}/password/reset`]: says(400, { errors: [{ code: "invalid_password_reset", param: "key" }] }) });
  await show(<Reset />, { texts: "sign-in" });

  await userEvent.type(screen.getByLabelText("New password"), "a quiet green lorry{Enter}");

  expect(await screen.findByText(/does not work any more/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Ask for a new link" })).toBeTruthy();
});

test("an invitation says to what, and takes a name and a password", async () => {
  location.hash = "#token";
  const invited = { email: "a@north.example", name: "Anna", role: "SERVICE_ADVISOR", language: "en", place: "North" };
  const fetch = serve({ "POST /api/v1/invitation/": invited, "POST /api/v1/invitation/accept/": { id: 5 } });
  await show(<Invitation />, { texts: "sign-in" });

  expect(await screen.findByRole("heading", { name: "Welcome to North" })).toBeTruthy();
  await userEvent.type(screen.getByLabelText("Password"), "a quiet green lorry{Enter}");

  await vi.waitFor(() => expect(left).toHaveBeenCalledWith("/"));
  const sent = await (fetch.mock.calls[1]?.[0] as Request).json();
  expect(sent).toEqual({ token: "token", name: "Anna", password: "a quiet green lorry" });
});

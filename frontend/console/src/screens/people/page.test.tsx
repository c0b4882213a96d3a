import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { refusal, serve, show } from "../../testing/house";
import Page from "./page";
import type { Invitation, Person, Post } from "./queries";

const BORIS: Person = {
  id: 2,
  name: "Boris",
  email: "boris@north.example",
  role: "SERVICE_ADVISOR",
  language: "en",
  ability: 100,
  is_active: true,
  last_login: null,
  locked_until: null,
  allowed: ["change_role", "deactivate"],
};
const CLARAS: Person = { ...BORIS, id: 1, name: "Clara", email: "clara@north.example", allowed: [] };
const POSTS: Post[] = [
  { role: "GENERAL_MANAGER", actions: ["users.write"], may_appoint: false },
  { role: "SERVICE_ADVISOR", actions: ["customers.read", "customers.write"], may_appoint: true },
  { role: "SERVICE_MANAGER", actions: ["new_thing.ponder"], may_appoint: true },
];
const DORIS: Invitation = {
  id: 7,
  name: "Doris",
  email: "doris@north.example",
  role: "SERVICE_MANAGER",
  language: "en",
  invited_by: "Clara",
  created_at: "2026-11-01T08:00:00Z",
  expires_at: "2026-11-08T08:00:00Z",
  is_expired: true,
  allowed: ["resend", "withdraw"],
};
const page = <T,>(...results: T[]) => ({ next: null, previous: null, results });

const house = (more: Record<string, unknown> = {}) =>
  serve({
    "GET /api/v1/users/": page(CLARAS, BORIS),
    "GET /api/v1/invitations/": page(DORIS),
    "GET /api/v1/roles/": POSTS,
    "GET /api/v1/deputies/": page(),
    ...more,
  });
const arrive = (actions = ["users.read", "users.write"]) => show(<Page />, { texts: "people", me: { actions } });
const rowOf = async (name: string) => {
  const head = await screen.findByRole("rowheader", { name: new RegExp(`^${name}`) });
  return within(head.closest("tr") as HTMLElement);
};

test("each row offers what the server allows, and nothing to oneself", async () => {
  house();
  await arrive();

  expect((await rowOf("Clara")).queryAllByRole("button")).toEqual([]);
  expect((await rowOf("Boris")).getAllByRole("button")).toHaveLength(2);
  expect((await rowOf("Doris")).getByText("The link has run out; send it again.")).toBeTruthy();
});

test("a refusal stands beside the control in the server's words, and the choice stays", async () => {
  house({ "PATCH /api/v1/users/2/": refusal(403, "Only somebody in this post gives it.") });
  await arrive();

  await userEvent.click((await rowOf("Boris")).getByRole("button", { name: "Change post: Boris" }));
  const post = (await rowOf("Boris")).getByLabelText("Post");
  await userEvent.selectOptions(post, "SERVICE_MANAGER");
  await userEvent.click((await rowOf("Boris")).getByRole("button", { name: "Give this post" }));

  expect((await (await rowOf("Boris")).findByRole("alert")).textContent).toBe("Only somebody in this post gives it.");
  expect((post as HTMLSelectElement).value).toBe("SERVICE_MANAGER");
});

test("a share of new files is given where the server allows it", async () => {
  const keeper: Person = { ...BORIS, role: "RELATIONS_SPECIALIST", allowed: ["change_role", "deactivate", "share"] };
  const fetch = house({
    "GET /api/v1/users/": page(CLARAS, keeper),
    "PATCH /api/v1/users/2/": { ...keeper, ability: 50 },
  });
  await arrive();

  const share = (await rowOf("Boris")).getByRole("combobox", { name: "New files: share of Boris" });
  await userEvent.selectOptions(share, "50%");

  expect(fetch.mock.calls.map(([call]) => (call as Request).method)).toContain("PATCH");
  expect((await rowOf("Clara")).queryByRole("combobox")).toBeNull();
});

test("nobody is deactivated by one key alone", async () => {
  const fetch = house({ "POST /api/v1/users/2/deactivate/": { ...BORIS, is_active: false } });
  await arrive();

  const row = await rowOf("Boris");
  row.getByRole("button", { name: "Deactivate Boris" }).focus();
  await userEvent.keyboard("{Enter}");
  expect(document.activeElement?.textContent).toBe("Yes, deactivate");
  await userEvent.keyboard("{Escape}");
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Deactivate Boris");
  expect(fetch.mock.calls.filter(([call]) => (call as Request).method !== "GET")).toEqual([]);
  await userEvent.keyboard("{Enter}{Enter}");

  expect(fetch.mock.calls.map(([call]) => (call as Request).method)).toContain("POST");
});

test("the invitation says what the post may do, and which posts are not one's to give", async () => {
  house();
  await arrive();

  await userEvent.keyboard("n");
  const form = within(screen.getByRole("form"));
  const post = await form.findByLabelText("Post");

  expect(form.getByText("Customers: see and change")).toBeTruthy();
  expect(form.getByRole<HTMLOptionElement>("option", { name: /General manager/ }).disabled).toBe(true);
  await userEvent.selectOptions(post, "SERVICE_MANAGER");
  expect(form.getByText("new_thing: ponder")).toBeTruthy();
});

test("who may only look has no invitation to send", async () => {
  house();
  await arrive(["users.read"]);

  await rowOf("Boris");
  expect(screen.queryByRole("button", { name: "Invite somebody" })).toBeNull();
});

test("empty lists say what to do first", async () => {
  house({ "GET /api/v1/users/": page(), "GET /api/v1/invitations/": page() });
  await arrive();

  expect(await screen.findByText("Nobody here fits these filters.")).toBeTruthy();
  expect(await screen.findByText(/^No invitation is waiting/)).toBeTruthy();
});

test("a list that does not come can be asked for again", async () => {
  house({ "GET /api/v1/users/": refusal(503, "This cannot be done now. Try again.") });
  await arrive();

  expect((await screen.findByRole("alert")).textContent).toContain("This cannot be done now.");
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

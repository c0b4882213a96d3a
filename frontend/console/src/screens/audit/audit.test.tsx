import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { refusal, serve, show } from "../../testing/house";
import { askedOf } from "./asked";
import { Changes } from "./Changes";
import Page from "./page";

const ENTRY = {
  id: 1,
  at: "2026-11-20T02:00:00Z",
  actor_id: 1,
  actor_kind: "user",
  actor_name: "Clara",
  action: "user.deactivated",
  subject_kind: "user",
  subject_id: 2,
  subject_name: "Boris",
  before: { is_active: true },
  after: { is_active: false },
  address: "127.0.0.1",
};
const WORDS = { "GET /api/v1/audit/words/": { actions: ["user.deactivated", "brand.new"], subject_kinds: ["user"] } };
const PEOPLE = { "GET /api/v1/users/": { next: null, previous: null, results: [{ id: 1, name: "Clara" }] } };
const page = (results: unknown[]) => ({ "GET /api/v1/audit/": { next: null, previous: null, results } });
const here = { texts: "audit" as const, me: { actions: ["audit.read", "exports.create"] } };

test("an entry says who did what to whom", async () => {
  serve({ ...WORDS, ...PEOPLE, ...page([ENTRY]) });
  await show(<Page />, here);

  const row = (await screen.findByText("127.0.0.1")).closest("tr");
  expect(row?.textContent).toContain("Clara");
  expect(row?.textContent).toContain("Access ended");
  expect(row?.textContent).toContain("Person Boris");
});

test("an action newer than the page is shown by its own word", async () => {
  serve({ ...WORDS, ...PEOPLE, ...page([{ ...ENTRY, action: "brand.new" }]) });
  await show(<Page />, here);

  expect(await screen.findByRole("cell", { name: "brand.new" })).toBeTruthy();
});

test("what is asked for goes to the API and into the saved file", async () => {
  const fetch = serve({ ...WORDS, ...PEOPLE, ...page([ENTRY]), "POST /api/v1/audit/export/": new Response("x") });
  const { router } = await show(<Page />, here);
  await screen.findByRole("option", { name: "Access ended" });

  fireEvent.change(screen.getByLabelText("What", { selector: "select" }), { target: { value: "user.deactivated" } });

  expect(router.state.location.search).toBe("?action=user.deactivated");
  fireEvent.click(screen.getByRole("button", { name: "CSV" }));
  await waitFor(() => {
    const asked = fetch.mock.calls.map(([request]) => (request as Request).url);
    expect(asked.filter((url) => url.includes("action=user.deactivated")).map((url) => new URL(url).pathname)).toEqual(
      expect.arrayContaining(["/api/v1/audit/", "/api/v1/audit/export/"]),
    );
  });
});

test("who may not save has no button for it", async () => {
  serve({ ...WORDS, ...PEOPLE, ...page([]) });
  await show(<Page />, { ...here, me: { actions: ["audit.read"] } });

  expect(await screen.findByText(/Nothing fits/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "CSV" })).toBeNull();
});

test("a failure is told in the server's words", async () => {
  serve({ ...WORDS, ...PEOPLE, "GET /api/v1/audit/": refusal(400, "This day is no day.") });
  await show(<Page />, here);

  expect(await screen.findByText("This day is no day.")).toBeTruthy();
});

test("only what differs is shown as changed", async () => {
  await show(<Changes before={{ role: "A", name: "Clara" }} after={{ role: "B", name: "Clara" }} />, {
    texts: "audit",
  });

  expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual(["Post A → B"]);
});

test("a day ends where the next begins", () => {
  const asked = askedOf({ actor: "", action: "", subject: "", from: "2026-11-20", until: "2026-11-20", order: "" });

  expect(Date.parse(asked.at__lt ?? "") - Date.parse(asked.at__gte ?? "")).toBe(24 * 3600 * 1000);
});

import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { CHANGE, COMPLETE, CUSTOMER, entry, pageOf, VEHICLE } from "../../testing/files";
import { refusal, serve, show } from "../../testing/house";
import Page from "./page";

const PHONE = {
  id: 5,
  customer: 7,
  kind: "PHONE",
  chat_channel: "",
  value: "+8613800000001",
  is_landline: false,
  is_preferred: true,
  source: "",
  verified_at: "2026-11-12T02:00:00Z",
  bounced_at: null,
  blocked_at: null,
  replaced_by_id: null,
  updated_at: "2026-11-20T02:00:00Z",
  allowed: ["mark_right", "mark_wrong", "replace"],
};
const FILE = {
  customer: CUSTOMER,
  household: null,
  members: [],
  merged: [],
  merges: [],
  contact_points: [PHONE],
  consents: [],
  ownerships: [{ id: 1, customer: 7, vehicle: VEHICLE, from_date: "2024-01-01", to_date: null }],
  repair_orders: [],
  changes: [CHANGE],
  completeness: COMPLETE,
};
const EMPTY_FILE = {
  ...FILE,
  customer: { ...CUSTOMER, name: "", address: "" },
  contact_points: [],
  ownerships: [],
  changes: [],
  completeness: {
    gaps: [{ key: "name", is_required: true, vehicle_id: null }],
    held: 0,
    expected: 5,
    is_complete: false,
    due_date: "2026-11-22",
  },
};
const ANSWER = {
  id: 21,
  customer: 7,
  vehicle: null,
  purpose: "SURVEY",
  channel: "",
  is_granted: false,
  source: "PERSON",
  wording: "May we ask how it was?",
  at: "2026-11-20T02:00:00Z",
  recorded_at: "2026-11-20T02:00:00Z",
  actor: "user:1",
  actor_name: "Clara",
};
const CELL = { vehicle_id: null, purpose: "SURVEY", channel: "sms", is_allowed: false, answer_id: 21 };
const MATRIX = {
  purposes: ["SURVEY"],
  channels: ["sms"],
  cells: [{ ...CELL, suppression_id: null }],
  answers: [ANSWER],
  suppressions: [],
  allowed: ["answer"],
};
const HOUSE = {
  "GET /api/v1/customers/7/file/": FILE,
  "GET /api/v1/customers/7/timeline/": pageOf([]),
  "GET /api/v1/customers/7/maintenance/": [],
  "GET /api/v1/consents/matrix/": MATRIX,
  "GET /api/v1/documents/": pageOf([]),
};

async function open(more: Record<string, unknown> = {}) {
  const served = serve({ ...HOUSE, ...more });
  await show(<Page />, { texts: "customer", at: "/customers/7", path: "/customers/:id" });
  return served;
}
const region = async (name: string) => within(await screen.findByRole("region", { name }));
const bodyOf = async (served: ReturnType<typeof serve>, call: string) => {
  const found = served.mock.calls.map(([request]) => request as Request).find((request) => request.url.endsWith(call));
  return found?.clone().json() as Promise<unknown>;
};

test("a file that is on its way says so", async () => {
  await open({ "GET /api/v1/customers/7/file/": () => new Promise(() => undefined) });

  expect(await screen.findByText("Loading")).toBeTruthy();
});

test("a failure is told and can be tried again", async () => {
  await open({ "GET /api/v1/customers/7/file/": refusal(503, "This cannot be done now.") });

  expect(await screen.findByText("This cannot be done now.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

test("a file that is not there is not found", async () => {
  await open({ "GET /api/v1/customers/7/file/": refusal(404, "There is none.") });

  expect(await screen.findByText("There is nothing at this address.")).toBeTruthy();
});

test("a part that fails leaves the rest of the file", async () => {
  await open({ "GET /api/v1/consents/matrix/": refusal(400, "Not now.") });

  expect(await (await region("What may be sent")).findByText("Not now.")).toBeTruthy();
  expect(screen.getByRole("heading", { name: "Anna" })).toBeTruthy();
});

test("an empty file names what is missing and what to do first", async () => {
  await open({ "GET /api/v1/customers/7/file/": EMPTY_FILE });

  expect(await screen.findByRole("heading", { name: "No name" })).toBeTruthy();
  expect(screen.getByText("Missing: name. Was due Nov 22, 2026.")).toBeTruthy();
  expect((await region("Timeline")).getByText("Note a call or import the first repair orders.")).toBeTruthy();
  expect((await region("Cars")).getByText(/^No car is known\./)).toBeTruthy();
});

test("whoever may change nothing sees everything and no button", async () => {
  await open({
    "GET /api/v1/customers/7/file/": {
      ...FILE,
      customer: { ...CUSTOMER, allowed: [] },
      contact_points: [{ ...PHONE, allowed: [] }],
      changes: [{ ...CHANGE, allowed: [] }],
    },
    "GET /api/v1/consents/matrix/": { ...MATRIX, allowed: [] },
  });

  expect((await region("Phones and e-mail")).getByText("+8613800000001")).toBeTruthy();
  await userEvent.click(await screen.findByRole("button", { name: "Surveys by SMS: no" }));
  expect(await screen.findByText("May we ask how it was?")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "They said no" })).toBeNull();
  const buttons = screen.getAllByRole("button").map((button) => button.textContent);
  expect(buttons).toEqual(["no", "Close"]);
});

test("a phone shows since when it is known to be right", async () => {
  await open();

  expect((await region("Phones and e-mail")).getByText("verified Nov 12, 2026")).toBeTruthy();
});

test("somebody else's change meanwhile is told beside what stands there by now", async () => {
  let file: unknown = FILE;
  await open({
    "GET /api/v1/customers/7/file/": () => file,
    "PATCH /api/v1/customers/7/": () => {
      file = { ...FILE, customer: { ...CUSTOMER, address: "Lake Road 3", updated_at: "2026-11-20T03:00:00Z" } };
      return refusal(409, "Somebody changed the same fields meanwhile.", "changed_meanwhile");
    },
  });

  await userEvent.click(await screen.findByRole("button", { name: "Edit Address: Hill Road 1" }));
  await userEvent.type(screen.getByRole("textbox", { name: "Address" }), " b{Enter}");

  expect((await screen.findByRole("alert")).textContent).toContain("Somebody changed the same fields meanwhile.");
  expect(await screen.findByText("By now: Lake Road 3")).toBeTruthy();
  expect((screen.getByRole("textbox", { name: "Address" }) as HTMLInputElement).value).toBe("Hill Road 1 b");
});

test("Escape leaves a value as it was", async () => {
  const served = await open();

  await userEvent.click(await screen.findByRole("button", { name: "Edit Name: Anna" }));
  await userEvent.keyboard("b{Escape}");

  expect(await screen.findByRole("button", { name: "Edit Name: Anna" })).toBeTruthy();
  expect(served.mock.calls.every(([request]) => (request as Request).method === "GET")).toBe(true);
});

test("the history says who changed what from where, and the last change is put back", async () => {
  const served = await open({ "POST /api/v1/field-changes/11/revert/": { ...CHANGE, allowed: [] } });
  const history = await region("History of edits");

  expect(history.getByRole("listitem").textContent).toContain("Address: Sea Road 2 → Hill Road 1");
  expect(history.getByRole("listitem").textContent).toContain("a person · Clara");
  await userEvent.click(history.getByRole("button", { name: "Put back: Address" }));
  await waitFor(() =>
    expect(served.mock.calls.some(([request]) => (request as Request).url.endsWith("/11/revert/"))).toBe(true),
  );
});

test("a next step is due on the dealer's clocks", async () => {
  const served = await open({ "POST /api/v1/touches/": new Response("{}", { status: 201 }) });
  await screen.findByRole("heading", { name: "Anna" });

  await userEvent.keyboard("n");
  await userEvent.type(await screen.findByLabelText("Subject"), "Brakes");
  await userEvent.type(screen.getByLabelText("Next step is due"), "2026-12-01T09:00");
  await userEvent.click(screen.getByRole("button", { name: "Keep" }));

  await waitFor(async () =>
    expect(await bodyOf(served, "/touches/")).toMatchObject({
      customer: 7,
      subject: "Brakes",
      next_at: "2026-12-01T01:00:00.000Z",
    }),
  );
});

test("the timeline says what was said, but not to posts that may not read it", async () => {
  const message = { id: 1, conversation: 9, direction: "OUT", state: "READ", channel: "sms", purpose: "", text: null };
  await open({
    "GET /api/v1/customers/7/timeline/": pageOf([
      entry("conversation.noted", { note: { id: 2, conversation: 9, text: "Prefers mornings." } }),
      entry("message.sent", { message: { ...message, actor: "flow", error: "" } }),
      entry("complaint.acted", {
        facts: { action: "PROPOSE" },
        complaint: { id: 3, number: 4, category: "PRICE", step: "CLOSED", level: 1, text: "Too dear." },
      }),
    ]),
  });
  const timeline = await region("Timeline");

  expect(await timeline.findByText("Prefers mornings.")).toBeTruthy();
  expect(timeline.getByText("The words belong to another post.")).toBeTruthy();
  // Only the note's: the way to words that one may not read would end at a closed door.
  expect(timeline.getAllByRole("link", { name: "Conversation" })).toHaveLength(1);
  expect(timeline.getByText("No. 4 · price · solution proposed", { exact: false })).toBeTruthy();
});

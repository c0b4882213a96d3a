import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { expect, test } from "vitest";
import { refusal, serve, show } from "../../testing/house";
import { LiveProvider } from "../../live/LiveProvider";
import { HandBar } from "./HandBar";
import { HandRoom } from "./HandRoom";
import Page from "./page";
import type { TaskInHand, Work } from "./queries";

const AT = "2026-11-20T04:00:00Z";
const task = (id: number, values: Partial<TaskInHand> = {}): TaskInHand => ({
  id,
  kind: "CALL",
  role: "RELATIONS_SPECIALIST",
  customer: 1,
  vehicle: 1,
  complaint: null,
  conversation_id: null,
  message_id: null,
  reason: "after_sales_call",
  data: {},
  priority: 50,
  due_at: AT,
  promised_at: null,
  not_before_at: null,
  attempts: 0,
  state: "OPEN",
  assignee_id: null,
  claimed_by: null,
  claimed_until: null,
  outcome: "",
  note: "",
  created_at: AT,
  done_at: null,
  done_by: null,
  person: { id: 1, name: `Anna ${id}`, language: "en" },
  car: { id: 1, plate: "A12345", model: "Almera", odometer_km: 1 },
  phones: [{ id: 4, number: "+8613800138000", is_whole: true, is_landline: false, is_preferred: false }],
  is_held: true,
  allowed: ["claim", "complete", "postpone", "release"],
  outcomes: [
    { outcome: "COMPLETED", then: "complete", is_grave: false },
    { outcome: "NO_ANSWER", then: "postpone", is_grave: false },
    { outcome: "RESCHEDULED", then: "ask", is_grave: false },
    { outcome: "WRONG_NUMBER", then: "complete", is_grave: true },
  ],
  said: [{ source: "ANSWER", at: AT, text: "It took long.", is_ours: false, item: "waiting", value: "DISSATISFIED" }],
  last_visit: null,
  again_at: "2099-11-20T01:00:00Z",
  ...values,
});
const DAY = {
  on: "2026-11-20",
  done: { by_kind: { CALL: 3 }, calls: [{ direction: "OUTBOUND", done: 3, least: 70, most: 80 }], load: 0.04, has_norm: true },
  left: 501,
  overdue: 1,
  later: 0,
  stands_in_for: [],
  stood_in_by: "",
};
const rows = (...ids: number[]) => ids.map((id): Work => ({ ...task(id), is_held: false }));
const HOUSE = {
  "GET /api/v1/tasks/work/": { next: null, results: rows(7, 8) },
  "GET /api/v1/tasks/day/": DAY,
  "POST /api/v1/tasks/next/": task(7),
  "POST /api/v1/tasks/8/claim/": task(8),
  "POST /api/v1/tasks/7/complete/": task(7),
  "POST /api/v1/tasks/7/postpone/": task(7),
  "POST /api/v1/tasks/7/release/": task(7),
};
// As the layout has it: the bar on every screen, Today at its address.
const Frame = () => (
  <>
    <HandBar />
    <Routes>
      <Route path="today" element={<Page />} />
      <Route path="*" element={<p>another screen</p>} />
    </Routes>
  </>
);
const open = (house: Record<string, unknown> = HOUSE, actions = ["tasks.read"], at = "/today") => {
  const fetch = serve(house);
  const part = (
    <LiveProvider isOn={false}>
      <HandRoom>
        <Frame />
      </HandRoom>
    </LiveProvider>
  );
  return show(part, { texts: "today", me: { actions }, at, path: "*" }).then((shown) => ({
    ...shown,
    fetch,
  }));
};
const asked = (fetch: ReturnType<typeof serve>, path: string) =>
  fetch.mock.calls.map(([request]) => request as Request).filter(({ url }) => url.endsWith(path));

test("Enter opens the next, a digit ends it, and Enter opens the next again", async () => {
  const { fetch } = await open();
  await screen.findByText("Anna 7");

  await userEvent.keyboard("{Enter}");
  expect(document.activeElement).toBe(await screen.findByRole("heading", { name: "Anna 7" }));
  expect(screen.getByRole("link", { name: "+8613800138000" }).getAttribute("href")).toBe("tel:+8613800138000");
  expect(screen.getByText(/dissatisfied – It took long\./)).toBeTruthy();
  await userEvent.keyboard("1");

  expect(await screen.findByText("No task is open.")).toBeTruthy();
  const [done] = asked(fetch, "/tasks/7/complete/");
  expect(await done?.clone().json()).toEqual({ outcome: "COMPLETED", note: "", contact_point: 4 });
});

test("the row that the arrows chose is opened, not the next one", async () => {
  const { fetch } = await open();
  await screen.findByText("Anna 7");

  await userEvent.keyboard("j{Enter}");

  expect(await screen.findByRole("heading", { name: "Anna 8" })).toBeTruthy();
  expect(asked(fetch, "/tasks/next/")).toHaveLength(0);
});

test("each outcome has its digit and says what it does to the task", async () => {
  await open();
  await screen.findByText("Anna 7");
  await userEvent.keyboard("{Enter}");

  const ends = within(await screen.findByRole("group", { name: "What came of it" })).getAllByRole("button");
  expect(ends.slice(0, 4).map((end) => end.textContent)).toEqual([
    "1 Completed ends it",
    "2 No answer comes back",
    "4 Another time agreed asks when",
    "8 Wrong number ends it",
  ]);
});

test("digits written in the note are no outcomes, and Escape leaves the note before the task", async () => {
  const { fetch } = await open();
  await screen.findByText("Anna 7");
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("heading", { name: "Anna 7" });

  await userEvent.keyboard("n");
  await userEvent.keyboard("call at 12");
  await userEvent.keyboard("{Escape}2");

  await waitFor(() => expect(asked(fetch, "/tasks/7/postpone/")).toHaveLength(1));
  const [request] = asked(fetch, "/tasks/7/postpone/");
  expect(await request?.clone().json()).toMatchObject({ outcome: "NO_ANSWER", note: "call at 12" });
});

test("another time is asked for on the dealer's clocks", async () => {
  const { fetch } = await open();
  await screen.findByText("Anna 7");
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("heading", { name: "Anna 7" });

  await userEvent.keyboard("4");
  const field = await screen.findByLabelText<HTMLInputElement>("Try again on");
  // Proposed by the server, which knows when the dealer is open.
  expect(field.value).toBe("2099-11-20T09:00");
  await userEvent.clear(field);
  await userEvent.type(field, "2099-11-20T15:30");
  await userEvent.click(screen.getByRole("button", { name: "Put off until then" }));

  await waitFor(() => expect(asked(fetch, "/tasks/7/postpone/")).toHaveLength(1));
  const [request] = asked(fetch, "/tasks/7/postpone/");
  expect(await request?.clone().json()).toMatchObject({
    outcome: "RESCHEDULED",
    again_at: "2099-11-20T07:30:00.000Z",
    is_promise: true,
  });
});

test("Escape gives the task back, and so does leaving the console", async () => {
  const { fetch, unmount } = await open();
  await screen.findByText("Anna 7");
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("heading", { name: "Anna 7" });

  await userEvent.keyboard("{Escape}");
  await screen.findByText("No task is open.");
  await waitFor(() => expect(asked(fetch, "/tasks/7/release/")).toHaveLength(1));
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("heading", { name: "Anna 7" });
  unmount();
  await waitFor(() => expect(asked(fetch, "/tasks/7/release/")).toHaveLength(2));
});

test("counters stand beside the norm, and a list without end is not counted to its end", async () => {
  await open();

  expect(await screen.findByText("3 of 70–80")).toBeTruthy();
  expect(screen.getByText("500+")).toBeTruthy();
});

test("who is not there to call reads no norm, and what they called all the same", async () => {
  const calls = [{ direction: "OUTBOUND", done: 2, least: null, most: null }];
  const done = { by_kind: { CALL: 2 }, calls, load: 0, has_norm: false };
  const people = [{ user_id: 1, name: "Clara", role: "COC_DIRECTOR", done }];
  const centre = { on: "2026-11-20", people, clocks: [], backlogs: [] };
  await open({ ...HOUSE, "GET /api/v1/tasks/day/": { ...DAY, done }, "GET /api/v1/tasks/centre/": centre }, [
    "staffing.read",
  ]);

  expect(await screen.findByText("no norm")).toBeTruthy();
  expect(screen.queryByText(/ of 70/)).toBeNull();
  expect(within(screen.getByRole("table")).getAllByRole("cell")[1]?.textContent).toBe("2");
});

test("an empty list says what to do first", async () => {
  await open({ ...HOUSE, "GET /api/v1/tasks/work/": { next: null, results: [] } }, ["conversations.read"]);

  expect(await screen.findByText("Nothing waits for you.")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Look into the inbox" }).getAttribute("href")).toBe("/inbox");
});

test("a list that cannot be had says why and can be asked for again", async () => {
  await open({ ...HOUSE, "GET /api/v1/tasks/work/": refusal(503, "This cannot be done now.") });

  expect((await screen.findByRole("alert")).textContent).toContain("This cannot be done now.");
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

test("a task that somebody else took meanwhile is said, and the next may be opened", async () => {
  const { client } = await open({
    ...HOUSE,
    "POST /api/v1/tasks/7/claim/": refusal(409, "Somebody else holds this task."),
  });
  await screen.findByText("Anna 7");
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("heading", { name: "Anna 7" });

  await client.invalidateQueries({ queryKey: ["hand"] });

  expect(await screen.findByText("This task is no longer yours.")).toBeTruthy();
});

test("the task and its note stay in hand while one looks at the person's file", async () => {
  const { fetch, router } = await open();
  await screen.findByText("Anna 7");
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("heading", { name: "Anna 7" });
  await userEvent.keyboard("n");
  await userEvent.keyboard("She was late");

  await act(() => router.navigate("/customers/1"));
  expect(await screen.findByText("In hand: Anna 7, How was the visit?")).toBeTruthy();
  await userEvent.keyboard("1{Escape}");
  await userEvent.click(screen.getByRole("link", { name: "Back to the task" }));

  await screen.findByRole("heading", { name: "Anna 7" });
  expect(screen.getByLabelText<HTMLTextAreaElement>(/Note/).value).toBe("She was late");
  expect(asked(fetch, "/tasks/7/release/")).toHaveLength(0);
  expect(asked(fetch, "/tasks/7/complete/")).toHaveLength(0);
});

test("on another screen the task is given back by its button", async () => {
  const { fetch, router } = await open();
  await screen.findByText("Anna 7");
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("heading", { name: "Anna 7" });

  await act(() => router.navigate("/inbox/3"));
  await userEvent.click(await screen.findByRole("button", { name: "Give back" }));

  await waitFor(() => expect(asked(fetch, "/tasks/7/release/")).toHaveLength(1));
  expect(screen.queryByText(/In hand/)).toBeNull();
});

test("what cannot be taken back is asked for once more, and what was noted is said", async () => {
  const { fetch } = await open();
  await screen.findByText("Anna 7");
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("heading", { name: "Anna 7" });

  await userEvent.keyboard("8");
  expect((await screen.findByRole("alert")).textContent).toContain("This number is called no more.");
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByRole("alert")).toBeNull();
  await userEvent.keyboard("8{Enter}");

  expect(await screen.findByText(/Recorded: Wrong number, for/)).toBeTruthy();
  expect(asked(fetch, "/tasks/7/complete/")).toHaveLength(1);
  expect(asked(fetch, "/tasks/7/release/")).toHaveLength(0);
});

test("a complaint says which it is, and leads to its place in the file", async () => {
  const about = { reason: "complaint.level_4", data: { number: 12, level: 4, category: "PRICE" } };
  await open({
    ...HOUSE,
    "GET /api/v1/tasks/work/": { next: null, results: [{ ...rows(7)[0], ...about }] },
    "POST /api/v1/tasks/next/": task(7, about),
  });
  await screen.findByText("complaint 12, level 4, price · A12345 · Almera");
  await userEvent.keyboard("{Enter}");

  const link = await screen.findByRole("link", { name: "complaint 12, level 4, price" });
  expect(link.getAttribute("href")).toBe("/customers/1?show=COMPLAINTS");
});

const HEADS = {
  ...HOUSE,
  "GET /api/v1/tasks/centre/": {
    on: "2026-11-20",
    people: [],
    clocks: [],
    backlogs: [{ role: "SERVICE_SPECIALIST", open: 3, overdue: 1 }],
  },
  "GET /api/v1/tasks/late/": { next: null, results: rows(9) },
};

test("what is counted as late leads to the list of it, by the address", async () => {
  const { fetch } = await open(HEADS, ["tasks.read", "staffing.read"]);

  await userEvent.click(await screen.findByRole("link", { name: "1 late" }));

  const list = await screen.findByRole("region", { name: "Late" });
  expect((await within(list).findByRole("link", { name: "Anna 9" })).getAttribute("href")).toBe("/customers/1");
  expect(fetch.mock.calls.some(([one]) => (one as Request).url.includes("/late/?role=SERVICE_SPECIALIST"))).toBe(true);
  await userEvent.click(within(list).getByRole("button", { name: "Close" }));
  expect(screen.queryByRole("region", { name: "Late" })).toBeNull();
});

test("a colleague who gets the address sees the same list, and who may not look sees none", async () => {
  const shown = await open(HEADS, ["tasks.read", "staffing.read"], "/today?late=SERVICE_SPECIALIST");
  expect(await screen.findByRole("link", { name: "Anna 9" })).toBeTruthy();
  shown.unmount();

  const { fetch } = await open(HEADS, ["tasks.read"], "/today?late=SERVICE_SPECIALIST");
  await screen.findByText("Anna 7");
  expect(fetch.mock.calls.some(([one]) => (one as Request).url.includes("/late/"))).toBe(false);
});

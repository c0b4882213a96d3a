import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { refusal } from "../../testing/house";
import { asked, DAY, HOUSE, open, rows, task } from "../../testing/today";

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

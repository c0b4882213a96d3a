import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { asked, HOUSE, open, putOff } from "../../testing/today";

test("each outcome has its digit and says what it does to the task", async () => {
  await open();
  await screen.findByText("Anna 7");
  await userEvent.keyboard("{Enter}");

  const ends = within(await screen.findByRole("group", { name: "What came of it" })).getAllByRole("button");
  expect(ends.slice(0, 5).map((end) => end.textContent)).toEqual([
    "1 Completed ends it",
    "2 No answer comes back",
    "4 Another time agreed asks when",
    "8 Wrong number ends it",
    "9 No common language a colleague goes on",
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

test("two presses of one key before the page is drawn anew note one outcome", async () => {
  const { fetch } = await open();
  await screen.findByText("Anna 7");
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("heading", { name: "Anna 7" });

  act(() => {
    for (let press = 0; press < 2; press++) fireEvent.keyDown(document.body, { key: "2" });
  });

  await screen.findByText(/Recorded: No answer, for/);
  expect(asked(fetch, "/tasks/7/postpone/")).toHaveLength(1);
});

test("what comes back says when, on the dealer's clocks", async () => {
  const tomorrow = new Date(Date.now() + 24 * 3600_000).toISOString().slice(0, 10);
  await open({ ...HOUSE, "POST /api/v1/tasks/7/postpone/": putOff({ not_before_at: `${tomorrow}T01:30:00Z` }) });
  await screen.findByText("Anna 7");
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("heading", { name: "Anna 7" });

  await userEvent.keyboard("2");

  expect(await screen.findByText(/comes back (today|tomorrow) 9:30/)).toBeTruthy();
});

test("without a common language the owner's is asked for by one key, and a colleague goes on", async () => {
  const { fetch } = await open({ ...HOUSE, "POST /api/v1/tasks/7/postpone/": putOff({ given_to: "Clara" }) });
  await screen.findByText("Anna 7");
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("heading", { name: "Anna 7" });

  await userEvent.keyboard("9");
  expect(screen.getByRole("button", { name: "4 Another language" })).toBeTruthy();
  await userEvent.keyboard("{Escape}");
  await userEvent.keyboard("93");

  expect(await screen.findByText(/Clara goes on/)).toBeTruthy();
  const [request] = asked(fetch, "/tasks/7/postpone/");
  expect(await request?.clone().json()).toEqual({ outcome: "LANGUAGE_BARRIER", note: "", language: "es" });
  expect(asked(fetch, "/tasks/7/complete/")).toHaveLength(0);
});

test("where nobody speaks it, the post that goes on is named", async () => {
  const passed = putOff({ role: "COC_DIRECTOR", not_before_at: "2099-11-20T01:30:00Z" });
  await open({ ...HOUSE, "POST /api/v1/tasks/7/postpone/": passed });
  await screen.findByText("Anna 7");
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("heading", { name: "Anna 7" });

  await userEvent.keyboard("9");
  await userEvent.click(screen.getByRole("button", { name: /Another language/ }));

  expect(await screen.findByText(/Director of the centre goes on: Nov 20, 2099/)).toBeTruthy();
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

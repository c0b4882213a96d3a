import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { refusal, serve, show } from "../../testing/house";
import { Deputies } from "./Deputies";
import type { Choice, Deputy } from "./deputyQueries";

const ROW: Deputy = {
  id: 3,
  away_id: 1,
  away_name: "Anna",
  deputy_id: 2,
  deputy_name: "Boris",
  from_date: "2026-11-20",
  last_date: "2026-11-24",
  is_standing: true,
  named_at: "2026-11-19T08:00:00Z",
  ended_at: null,
  allowed: ["end"],
};
const CHOICES: Choice[] = [
  { id: 1, name: "Anna", deputies: [2] },
  { id: 2, name: "Boris", deputies: [1] },
  { id: 4, name: "Doris", deputies: [] },
];
const page = <T,>(...results: T[]) => ({ next: null, previous: null, results });

const house = (more: Record<string, unknown> = {}) =>
  serve({ "GET /api/v1/deputies/": page(), "GET /api/v1/deputies/choices/": CHOICES, ...more });
const arrive = (actions = ["users.read", "users.write"]) => show(<Deputies />, { texts: "people", me: { actions } });
const open = async () => {
  await userEvent.click(await screen.findByRole("button", { name: "Name a deputy" }));
  return within(await screen.findByRole("form"));
};

test("nobody away says what to do first", async () => {
  house();
  await arrive();

  expect(await screen.findByText(/^Nobody is away/)).toBeTruthy();
});

test("only those who can do the work are offered, and none is said", async () => {
  house();
  await arrive();
  const form = await open();

  await userEvent.selectOptions(form.getByLabelText("Away"), "Anna");
  expect(within(form.getByLabelText("Deputy")).queryByRole("option", { name: "Doris" })).toBeNull();
  expect(within(form.getByLabelText("Deputy")).getByRole("option", { name: "Boris" })).toBeTruthy();
  await userEvent.selectOptions(form.getByLabelText("Away"), "Doris");

  expect(form.getByRole("status").textContent).toBe("Nobody here can do this person's work.");
});

test("a refusal stands in the form and what was chosen stays", async () => {
  house({ "POST /api/v1/deputies/": refusal(409, "This deputy is away in those days.") });
  await arrive();
  const form = await open();

  await userEvent.selectOptions(form.getByLabelText("Away"), "Anna");
  await userEvent.selectOptions(form.getByLabelText("Deputy"), "Boris");
  await userEvent.type(form.getByLabelText("From"), "2026-11-20");
  await userEvent.type(form.getByLabelText("Last day"), "2026-11-24");
  await userEvent.click(form.getByRole("button", { name: "Name" }));

  expect((await form.findByRole("alert")).textContent).toBe("This deputy is away in those days.");
  expect((form.getByLabelText("Deputy") as HTMLSelectElement).value).toBe("2");
});

test("ending asks once more", async () => {
  const fetch = house({
    "GET /api/v1/deputies/": page(ROW),
    "POST /api/v1/deputies/3/end/": { ...ROW, allowed: [], is_standing: false },
  });
  await arrive();

  await userEvent.click(await screen.findByRole("button", { name: "End the deputyship of Boris for Anna" }));
  await userEvent.click(screen.getByRole("button", { name: "Yes, give it back" }));

  expect(fetch.mock.calls.map(([call]) => (call as Request).method)).toContain("POST");
});

test("who may only look names nobody", async () => {
  house({ "GET /api/v1/deputies/": page({ ...ROW, allowed: [] }) });
  await arrive(["users.read"]);

  expect(await screen.findByRole("rowheader", { name: "Anna" })).toBeTruthy();
  expect(screen.queryByRole("button")).toBeNull();
});

test("a list that does not come can be asked for again", async () => {
  house({ "GET /api/v1/deputies/": refusal(503, "This cannot be done now. Try again.") });
  await arrive();

  expect((await screen.findByRole("alert")).textContent).toContain("This cannot be done now.");
});

import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { refusal, serve, show } from "../../testing/house";
import Page from "./page";

const head = (id: number, name: string) => ({
  id,
  name,
  kind: "PERSON",
  address: "",
  lifecycle: "ACTIVE",
  last_visit_date: null,
  merged_into: null,
  phones: ["+8613800000001"],
  plates: [],
});
const PAIR = {
  id: 5,
  first: 1,
  second: 2,
  first_file: head(1, "Anna"),
  second_file: head(2, "Boris"),
  reason: "SAME_PHONE",
  state: "OPEN",
  created_at: "2026-11-20T02:00:00Z",
  allowed: ["merge", "dismiss"],
};
const PREVIEW = {
  kept: { customer: head(1, "Anna"), contact_points: [], ownerships: [] },
  other: { customer: head(2, "Boris"), contact_points: [], ownerships: [] },
  fields_of_both: [
    { field: "name", kept: "Anna", other: "Boris", is_same: false },
    { field: "language", kept: "en", other: "en", is_same: true },
  ],
  answers: [{ purpose: "SURVEY", channel: "", vehicle_id: null, kept: true, other: false, result: false }],
  coming: { repair_orders: 3 },
};
const MERGE = {
  id: 9,
  kept: 1,
  other: 2,
  taken_fields: ["name"],
  at: "2026-11-20T02:00:00Z",
  actor: "user:1",
  undone_at: null,
  undone_by: "",
  stayed: [],
  allowed: ["undo"],
};
const pageOf = (results: unknown[]) => ({ next: null, previous: null, results });
const lists = (pairs: unknown[], merges: unknown[]) => ({
  "GET /api/v1/merge-suggestions/": pageOf(pairs),
  "GET /api/v1/file-merges/": pageOf(merges),
});
const here = { texts: "merges" as const };
const compare = async () => fireEvent.click(await screen.findByRole("button", { name: "Compare Anna and Boris" }));

test("a pair is compared before anything is done", async () => {
  serve({ ...lists([PAIR], []), "POST /api/v1/merge-suggestions/preview/": PREVIEW });
  await show(<Page />, here);
  await compare();

  const answers = await screen.findByRole("region", { name: "May we write?" });
  expect(within(answers).getByRole("row", { name: "Survey Yes No No" })).toBeTruthy();
  expect(screen.getByText("Repair orders: 3")).toBeTruthy();
});

test("the chosen fields are taken from the other file", async () => {
  const fetch = serve({
    ...lists([PAIR], []),
    "POST /api/v1/merge-suggestions/preview/": PREVIEW,
    "POST /api/v1/customers/1/merge/": MERGE,
  });
  await show(<Page />, here);
  await compare();

  fireEvent.click(await screen.findByRole("radio", { name: "Name: Boris" }));
  fireEvent.click(screen.getByRole("button", { name: "Merge the files" }));

  await waitFor(() => expect(screen.queryByText("Are these one person?")).toBeNull());
  const sent = fetch.mock.calls.map(([request]) => request as Request).find(({ url }) => url.endsWith("/1/merge/"));
  expect(await sent?.json()).toEqual({ other: 2, take: ["name"] });
});

test("a refusal is told beside the button", async () => {
  serve({
    ...lists([PAIR], []),
    "POST /api/v1/merge-suggestions/preview/": PREVIEW,
    "POST /api/v1/customers/1/merge/": refusal(409, "One of the files is merged already: undo that first."),
  });
  await show(<Page />, here);
  await compare();

  fireEvent.click(await screen.findByRole("button", { name: "Merge the files" }));

  expect((await screen.findByRole("alert")).textContent).toContain("merged already");
});

test("undoing says first what cannot be put back", async () => {
  serve({
    ...lists([], [MERGE]),
    "GET /api/v1/file-merges/9/parting/": {
      merge: MERGE,
      fields_back: ["name"],
      fields_staying: ["address"],
      staying: { documents: 1 },
    },
  });
  await show(<Page />, here);

  fireEvent.click(await screen.findByRole("button", { name: "Undo" }));

  expect(await screen.findByText("Put back as it was: Name.")).toBeTruthy();
  expect(screen.getByText("Changed since by a person, and stays: Address.")).toBeTruthy();
  expect(screen.getByText("Documents: 1")).toBeTruthy();
});

test("nothing to decide says so", async () => {
  serve(lists([], []));
  await show(<Page />, here);

  expect(await screen.findByText("No two files look like one person's.")).toBeTruthy();
});

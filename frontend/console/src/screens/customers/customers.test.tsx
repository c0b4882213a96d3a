import { fireEvent, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { refusal, serve, show } from "../../testing/house";
import Page from "./page";

const ANNA = {
  id: 7,
  name: "Anna",
  kind: "PERSON",
  lifecycle: "LAPSED",
  consenting: "REFUSED",
  missing: ["address"],
  last_visit_date: "2026-02-03",
  contact_points: [{ id: 1, kind: "PHONE", value: "+8613800000001", blocked_at: null }],
  cars: [{ id: 3, plate: "辽A12345", car_model: "Model" }],
  cars_total: 1,
  allowed: [],
};
const HIT = {
  kind: "PLATE",
  vehicle_id: 3,
  customer_id: 7,
  plate: "辽A12345",
  vin: "",
  model: "",
  customer_name: "Anna",
};
const list = (results: unknown[]) => ({ "GET /api/v1/customers/": { next: null, previous: null, results } });
const here = { texts: "customers" as const };

test("a file is shown with what one needs before a call", async () => {
  serve(list([ANNA]));
  await show(<Page />, here);

  const row = (await screen.findByRole("link", { name: "Anna" })).closest("tr");
  expect(row?.textContent).toContain("Lapsed");
  expect(row?.textContent).toContain("1 missing");
  expect(screen.getByRole("link", { name: "+8613800000001" }).getAttribute("href")).toBe("tel:+8613800000001");
});

test("four digits find a car and its owner, and stand in no address", async () => {
  const fetch = serve({ ...list([]), "POST /api/v1/search/": { PLATE: { hits: [HIT], after: null } } });
  const { router } = await show(<Page />, here);

  fireEvent.change(screen.getByLabelText("Find a file"), { target: { value: "2345" } });

  expect((await screen.findByRole("link", { name: "辽A12345" })).getAttribute("href")).toBe("/vehicles/3");
  expect(router.state.location.search).toBe("");
  expect(fetch.mock.calls.every(([request]) => !(request as Request).url.includes("2345"))).toBe(true);
});

test("more of a kind is asked for from where it ended", async () => {
  const asked: unknown[] = [];
  serve({
    ...list([]),
    "POST /api/v1/search/": async (request: Request) => {
      const body = (await request.clone().json()) as { after?: number };
      asked.push(body.after);
      return body.after
        ? { PLATE: { hits: [{ ...HIT, vehicle_id: 4, plate: "辽A12346" }], after: null } }
        : { PLATE: { hits: [HIT], after: 3 } };
    },
  });
  await show(<Page />, here);
  fireEvent.change(screen.getByLabelText("Find a file"), { target: { value: "234" } });

  fireEvent.click(await screen.findByRole("button", { name: "Show more" }));

  expect(await screen.findByRole("link", { name: "辽A12346" })).toBeTruthy();
  expect(asked).toEqual([undefined, 3]);
  expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
});

test("an empty dealer is told what comes first", async () => {
  serve(list([]));
  await show(<Page />, here);

  expect(await screen.findByRole("link", { name: "Import repair orders" })).toBeTruthy();
});

test("the boxes stand in the address and go to the API", async () => {
  const fetch = serve(list([]));
  const { router } = await show(<Page />, here);

  fireEvent.change(screen.getByLabelText("Completeness"), { target: { value: "yes" } });

  expect(await screen.findByText("No file fits these boxes.")).toBeTruthy();
  expect(router.state.location.search).toBe("?gaps=yes");
  expect(fetch.mock.calls.some(([request]) => (request as Request).url.includes("is_incomplete=true"))).toBe(true);
});

test("a failure can be tried again", async () => {
  serve({ "GET /api/v1/customers/": refusal(403, "Not for this post.") });
  await show(<Page />, here);

  expect(await screen.findByText("Not for this post.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

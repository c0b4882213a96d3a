import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { CHANGE, COMPLETE, CUSTOMER, entry, pageOf, VEHICLE } from "../../testing/files";
import { refusal, serve, show } from "../../testing/house";
import Page from "./page";

const held = (id: number, name: string, from_date: string, to_date: string | null) => ({
  id,
  vehicle: 3,
  customer: { ...CUSTOMER, id, name },
  from_date,
  to_date,
});
const FILE = {
  vehicle: VEHICLE,
  ownerships: [held(7, "Anna", "2024-01-01", null), held(8, "Boris", "2023-05-04", "2024-01-01")],
  repair_orders: [],
  changes: [
    { ...CHANGE, subject_kind: "vehicle", subject_id: 3, field: "purchase_date", before: "", after: "2023-05-04" },
  ],
  completeness: COMPLETE,
  overwritten: ["plate", "model"],
  allowed: ["edit", "hand_over", "give_up", "document", "note"],
};
const HOUSE = {
  "GET /api/v1/vehicles/3/file/": FILE,
  "GET /api/v1/vehicles/3/timeline/": pageOf([]),
  "GET /api/v1/vehicles/3/maintenance/": [],
  "GET /api/v1/documents/": pageOf([]),
};

async function open(more: Record<string, unknown> = {}) {
  const served = serve({ ...HOUSE, ...more });
  await show(<Page />, { texts: "vehicle", at: "/vehicles/3", path: "/vehicles/:id" });
  return served;
}
const bodyOf = async (served: ReturnType<typeof serve>, call: string) => {
  const found = served.mock.calls.map(([request]) => request as Request).find((request) => request.url.endsWith(call));
  return found?.clone().json() as Promise<unknown>;
};

test("a car shows who held it from when until when, and when it is due", async () => {
  await open({
    "GET /api/v1/vehicles/3/maintenance/": [
      {
        vehicle: 3,
        due_date: "2027-05-10",
        by_odometer: false,
        last_date: "2026-11-10",
        interval_months: 6,
        interval_km: 5000,
      },
    ],
  });

  const owners = within(await screen.findByRole("region", { name: "Owners over time" }));
  expect(owners.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
    "Annasince Jan 1, 2024",
    "BorisMay 4, 2023 – Jan 1, 2024",
  ]);
  expect(await screen.findByText("Next maintenance May 10, 2027 (every 6 months)")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Edit VIN: LZWACAGA6E4123458" })).toBeTruthy();
});

test("an order shows what its lines cost, and all of it", async () => {
  const line = { kind: "LABOR", part_number: "", quantity: "1.00" };
  const repair_order = {
    number: "RO1",
    kind: "MAINTENANCE",
    odometer_km: null,
    advisor_name: "",
    total_minor: 42050,
    lines: [
      { ...line, position: 1, text: "Oil", amount_minor: 30050 },
      { ...line, position: 2, text: "Wash", amount_minor: null },
    ],
  };
  await open({
    "GET /api/v1/vehicles/3/timeline/": pageOf([entry("repair_order.closed", { group: "VISITS", repair_order })]),
  });

  const visit = within(await screen.findByRole("region", { name: "Timeline" }));
  const lines = (await visit.findAllByText(/^(Oil|Wash)$/)).map((words) => words.closest("li")?.textContent);
  expect(lines).toEqual(["OilCN¥300.50", "Wash"]);
  expect(visit.getByText("Total").parentElement?.textContent).toBe("TotalCN¥420.50");
});

test("a car of which little is known says what is missing", async () => {
  await open({
    "GET /api/v1/vehicles/3/file/": {
      ...FILE,
      vehicle: { ...VEHICLE, plate: "", is_vin_suspect: true },
      ownerships: [],
      changes: [],
      completeness: {
        ...COMPLETE,
        gaps: [
          { key: "plate", is_required: true, vehicle_id: 3 },
          { key: "warranty_end", is_required: false, vehicle_id: 3 },
        ],
        held: 4,
      },
      allowed: ["edit", "hand_over"],
    },
  });

  expect(await screen.findByText("Nobody is known to hold it.")).toBeTruthy();
  expect(screen.getByText("check digit does not fit")).toBeTruthy();
  expect(screen.getByText("Missing: plate.")).toBeTruthy();
  expect(screen.getByText("Good to know: end of warranty.")).toBeTruthy();
  // What is noted is noted of somebody.
  expect(screen.queryByRole("button", { name: "Note a call or visit" })).toBeNull();
});

test("a file on its way, one that fails, and one that is not there are told apart", async () => {
  await open({ "GET /api/v1/vehicles/3/file/": () => new Promise(() => undefined) });
  expect(await screen.findByText("Loading")).toBeTruthy();

  await open({ "GET /api/v1/vehicles/3/file/": refusal(503, "This cannot be done now.") });
  expect(await screen.findByText("This cannot be done now.")).toBeTruthy();

  await open({ "GET /api/v1/vehicles/3/file/": refusal(404, "There is none.") });
  expect(await screen.findByText("There is nothing at this address.")).toBeTruthy();
});

test("whoever may change nothing sees everything and no button", async () => {
  await open({
    "GET /api/v1/vehicles/3/file/": { ...FILE, changes: [{ ...FILE.changes[0], allowed: [] }], allowed: [] },
  });

  expect(await screen.findByText("辽A12345")).toBeTruthy();
  expect(screen.queryAllByRole("button")).toEqual([]);
});

test("a field that the dealer's system overwrites says so before it is changed", async () => {
  await open();

  await userEvent.click(await screen.findByRole("button", { name: "Edit Plate: 辽A12345" }));

  expect(screen.getByText(/^The next import from the dealer's system overwrites/)).toBeTruthy();
  await userEvent.keyboard("{Escape}");
  await userEvent.click(screen.getByRole("button", { name: "Edit Warranty until: –" }));
  expect(screen.queryByText(/^The next import/)).toBeNull();
});

test("what an owner wants done is written into the file", async () => {
  const served = await open({ "PATCH /api/v1/vehicles/3/": VEHICLE });

  await userEvent.click(await screen.findByRole("button", { name: "Edit Services wanted: –" }));
  await userEvent.type(screen.getByRole("textbox", { name: "Services wanted" }), "Winter tyres{Enter}");

  await waitFor(async () =>
    expect(await bodyOf(served, "/vehicles/3/")).toEqual({
      services_wanted: "Winter tyres",
      seen_at: VEHICLE.updated_at,
    }),
  );
});

test("somebody else's correction meanwhile is told where it stands", async () => {
  const served = await open({
    "PATCH /api/v1/vehicles/3/": refusal(409, "Somebody changed the same fields meanwhile.", "changed_meanwhile"),
  });

  await userEvent.click(await screen.findByRole("button", { name: "Edit Model: 宏光S" }));
  await userEvent.type(screen.getByRole("textbox", { name: "Model" }), "3{Enter}");

  expect((await screen.findByRole("alert")).textContent).toContain("Somebody changed the same fields meanwhile.");
  expect(await bodyOf(served, "/vehicles/3/")).toEqual({ model: "宏光S3", seen_at: VEHICLE.updated_at });
});

test("the history shows days as days and puts the last change back", async () => {
  const served = await open({ "POST /api/v1/field-changes/11/revert/": CHANGE });
  const history = within(await screen.findByRole("region", { name: "History of edits" }));

  expect(history.getByRole("listitem").textContent).toContain("Bought on: May 4, 2023");
  await userEvent.click(history.getByRole("button", { name: "Put back: Bought on" }));
  await waitFor(() =>
    expect(served.mock.calls.some(([request]) => (request as Request).url.endsWith("/11/revert/"))).toBe(true),
  );
});

test("edits older than those the file brought are read page by page", async () => {
  const changes = Array.from({ length: 70 }, (_, at) => ({ ...FILE.changes[0], id: 200 - at, allowed: [] }));
  await open({
    "GET /api/v1/vehicles/3/file/": { ...FILE, changes: changes.slice(0, 50) },
    "GET /api/v1/field-changes/": (request: Request) =>
      request.url.includes("cursor=next")
        ? pageOf(changes.slice(60))
        : { ...pageOf(changes.slice(0, 60)), next: "http://north.example/api/v1/field-changes/?cursor=next" },
  });
  const history = within(await screen.findByRole("region", { name: "History of edits" }));
  expect(history.getAllByRole("listitem")).toHaveLength(50);

  await userEvent.click(history.getByRole("button", { name: "Load older" }));
  await waitFor(() => expect(history.getAllByRole("listitem")).toHaveLength(60));
  await userEvent.click(history.getByRole("button", { name: "Load older" }));

  await waitFor(() => expect(history.getAllByRole("listitem")).toHaveLength(70));
  expect(history.queryByRole("button", { name: "Load older" })).toBeNull();
});

test("a car changes hands on a day, to somebody who is looked for", async () => {
  const hit = { kind: "NAME", vehicle_id: null, customer_id: 9, plate: "", vin: "", model: "", customer_name: "Doris" };
  const served = await open({
    "POST /api/v1/search/": { NAME: { hits: [hit], after: null } },
    "POST /api/v1/vehicles/3/hand_over/": { id: 4 },
  });

  await userEvent.click(await screen.findByRole("button", { name: "Changes hands…" }));
  fireEvent.change(screen.getByLabelText("From"), { target: { value: "2026-11-01" } });
  await userEvent.type(screen.getByLabelText("New owner"), "Doris{Enter}");
  await userEvent.click(await screen.findByRole("button", { name: "Doris" }));
  await userEvent.click(screen.getByRole("button", { name: "Hand over" }));

  await waitFor(async () =>
    expect(await bodyOf(served, "/hand_over/")).toEqual({ customer: 9, on_date: "2026-11-01" }),
  );
});

test("an answered survey says what the owner wrote, and one just sent has no score", async () => {
  const survey = { id: 1, state: "COMPLETED", channel: "sms", score: 48, score_max: 84, is_dissatisfied: true };
  const about = { survey: { ...survey, questionnaire: "after_sales", intention: 2, said: ["等了两个小时。"] } };
  await open({
    "GET /api/v1/vehicles/3/timeline/": pageOf([entry("survey.completed", about), entry("survey.opened", about)]),
  });
  const timeline = within(await screen.findByRole("region", { name: "Timeline" }));

  expect(await timeline.findAllByText("48 of 84 points · dissatisfied", { exact: false })).toHaveLength(1);
  expect(timeline.getAllByText("等了两个小时。")).toHaveLength(1);
});

test("an order stands on the timeline with its items; its plate is not said again", async () => {
  const line = { kind: "WORK", part_number: "", quantity: "1.00", amount_minor: null };
  const order = {
    id: 1,
    number: "RO1",
    kind: "MAINTENANCE",
    odometer_km: 21761,
    advisor_name: "A1",
    lines: [
      { ...line, position: 1, text: "更换机油" },
      { ...line, position: 2, text: "Filter", part_number: "F-20", quantity: "2.00" },
    ],
  };
  await open({
    "GET /api/v1/vehicles/3/timeline/": pageOf([
      entry("repair_order.closed", { plate: "辽A12345", group: "VISITS", repair_order: order }),
    ]),
  });
  const timeline = within(await screen.findByRole("region", { name: "Timeline" }));

  expect(await timeline.findByText("Order RO1 · Maintenance · 21,761 km · A1", { exact: false })).toBeTruthy();
  expect(timeline.getByText("更换机油")).toBeTruthy();
  expect(timeline.getByText("Filter · F-20 · × 2")).toBeTruthy();
  expect(timeline.queryByText("辽A12345")).toBeNull();
});

test("a note begins with its subject, and ends where one was", async () => {
  await open();
  const begin = await screen.findByRole("button", { name: "Note a call or visit" });

  await userEvent.keyboard("n");
  expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Subject" }));
  await userEvent.keyboard("{Escape}");

  expect(begin.isConnected).toBe(false);
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Note a call or visit" }));
});

const writeVin = async (vin: string) => {
  await userEvent.click(await screen.findByRole("button", { name: /^Edit VIN/ }));
  await userEvent.clear(screen.getByRole("textbox", { name: "VIN" }));
  await userEvent.type(screen.getByRole("textbox", { name: "VIN" }), `${vin}{Enter}`);
};

test("a VIN that cannot be right is kept once somebody says that it stands on the car", async () => {
  const asked: unknown[] = [];
  await open({
    "PATCH /api/v1/vehicles/3/": async (request: Request) => {
      const body = (await request.clone().json()) as { is_vin_sure: boolean };
      asked.push(body);
      return body.is_vin_sure ? VEHICLE : refusal(409, "The check digit is wrong.", "vin_unlikely");
    },
  });

  await writeVin("LZWACAGA7E4123459");
  await userEvent.click(await screen.findByRole("button", { name: "It stands on the car like this" }));

  const vin = { vin: "LZWACAGA7E4123459", seen_at: VEHICLE.updated_at };
  await waitFor(() =>
    expect(asked).toEqual([
      { ...vin, is_vin_sure: false },
      { ...vin, is_vin_sure: true },
    ]),
  );
  await waitFor(() => expect(screen.queryByRole("textbox", { name: "VIN" })).toBeNull());
});

test("a VIN whose check digit does not fit is called right without being changed, once somebody agrees", async () => {
  const asked: unknown[] = [];
  await open({
    "GET /api/v1/vehicles/3/file/": { ...FILE, vehicle: { ...VEHICLE, is_vin_suspect: true } },
    "PATCH /api/v1/vehicles/3/": async (request: Request) => {
      asked.push(await request.clone().json());
      return VEHICLE;
    },
  });

  await userEvent.click(await screen.findByRole("button", { name: "This VIN is right" }));
  expect(screen.getByText(/^You have compared .+ with the car\?$/)).toBeTruthy();
  expect(asked).toEqual([]);
  await userEvent.keyboard("{Enter}");

  await waitFor(() => expect(asked).toEqual([{ is_vin_sure: true, seen_at: VEHICLE.updated_at }]));
});

test("a VIN of another car leads to that car's file", async () => {
  const taken = {
    type: "about:blank",
    title: "",
    status: 409,
    code: "vin_taken",
    detail: "Taken.",
    about: { vehicle: 12 },
  };
  const answered = new Response(JSON.stringify(taken), {
    status: 409,
    headers: { "Content-Type": "application/problem+json" },
  });
  await open({ "PATCH /api/v1/vehicles/3/": answered });

  await writeVin("LZWACAGA4E4123457");

  const link = await screen.findByRole("link", { name: "Open that file" });
  expect(link.getAttribute("href")).toBe("/vehicles/12");
  expect(screen.queryByRole("button", { name: "It stands on the car like this" })).toBeNull();
});

import { configure, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, expect, test, vi } from "vitest";
import { loadTexts, startTexts } from "../../i18n";
import { refusal, serve, show } from "../../testing/house";
import Page from "./page";
import { minorOf, monthOf, rowsOf, sumsBy } from "./prices";
import type { Price, Spent } from "./queries";

const PRICE: Price = {
  kind: "twilio",
  account: null,
  country: "ES",
  price_minor: "7.5000",
  currency: "EUR",
  from_date: "2026-01-01",
};
const SPENT: Spent = {
  channel: "twilio",
  purpose: "SURVEY",
  currency: "EUR",
  messages: 3,
  segments: 4,
  cost_minor: "30.0000",
  charged: 1,
};
const CAPS = { per_number: 20, per_account: 10_000, per_dealer: 20_000, per_block: 30 };
// Five parts draw at once, and may come late where much else is running.
configure({ asyncUtilTimeout: 5000 });
vi.setConfig({ testTimeout: 20_000 });
const ACTIONS = ["settings.read", "settings.write", "channels.read", "messages.read"];

const house = (more: Record<string, unknown> = {}) =>
  serve({
    "GET /api/v1/settings/message-prices/": { prices: [PRICE] },
    "GET /api/v1/settings/texting-caps/": { here: { ...CAPS, per_number: 5 }, standard: CAPS },
    "GET /api/v1/settings/texting-countries/": { countries: ["CN"] },
    "GET /api/v1/message-costs/summary/": {
      spent: [SPENT, { ...SPENT, purpose: "", currency: "", cost_minor: "0.0000", charged: 0 }],
      stopped: [{ rule: "COUNTRY_CLOSED", texts: 2 }],
    },
    "GET /api/v1/channel-accounts/": { next: null, previous: null, results: [] },
    "GET /api/v1/channel-accounts/kinds/": [{ kind: "twilio" }, { kind: "smtp" }],
    ...more,
  });
const arrive = (actions = ACTIONS) => show(<Page />, { texts: "costs", me: { actions } });

// The names of channels are fetched with the screen; see its row of screens.
beforeAll(async () => {
  await startTexts();
  await loadTexts("channels");
});

/** What was put to an address, as the server got it. */
function putTo(served: ReturnType<typeof serve>, path: string): Promise<unknown[]> {
  const calls = served.mock.calls.map(([input]) => input as Request);
  const puts = calls.filter((one) => one.method === "PUT" && new URL(one.url).pathname === path);
  return Promise.all(puts.map((one) => one.clone().json() as Promise<unknown>));
}

test("a month is told by channel and by purpose, with what was kept back", async () => {
  house();
  await arrive();

  const byChannel = await screen.findByRole("table", { name: "By channel" });
  expect(within(byChannel).getByRole("row", { name: /SMS by Twilio 3 4 1 €0.30/ })).toBeTruthy();
  const byPurpose = screen.getByRole("table", { name: "By purpose" });
  expect(within(byPurpose).getByRole("row", { name: /Of no purpose 3 4 0 no price known/ })).toBeTruthy();
  expect(screen.getByText("The country is closed: 2 texts")).toBeTruthy();
});

test("a month without messages says what to do first", async () => {
  house({ "GET /api/v1/message-costs/summary/": { spent: [], stopped: [] } });
  await arrive();

  expect(await screen.findByText("Nothing that costs left in this month.")).toBeTruthy();
  expect(screen.getByText("No text was kept back in this month.")).toBeTruthy();
});

test("a new price is a row beside those before", async () => {
  const served = house({ "PUT /api/v1/settings/message-prices/": { prices: [PRICE] } });
  await arrive();
  const form = await screen.findByRole("form", { name: "Add this price" });

  await userEvent.type(within(form).getByLabelText("Price"), "0,0725");
  await userEvent.type(within(form).getByLabelText("Country (two letters)"), "es");
  await userEvent.clear(within(form).getByLabelText("From"));
  await userEvent.type(within(form).getByLabelText("From"), "2026-12-01");
  await userEvent.click(within(form).getByRole("button", { name: "Add this price" }));

  const added = { ...PRICE, price_minor: "7.2500", currency: "CNY", from_date: "2026-12-01" };
  expect(await putTo(served, "/api/v1/settings/message-prices/")).toEqual([{ prices: [PRICE, added] }]);
});

test("what the server refuses of prices is said, and what was typed stays", async () => {
  house({ "PUT /api/v1/settings/message-prices/": refusal(422, "Two prices hold for the same messages.") });
  await arrive();
  const form = await screen.findByRole("form", { name: "Add this price" });

  await userEvent.type(within(form).getByLabelText("Price"), "1");
  await userEvent.click(within(form).getByRole("button", { name: "Add this price" }));

  expect((await screen.findByRole("alert")).textContent).toContain("Two prices hold");
  expect((within(form).getByLabelText("Price") as HTMLInputElement).value).toBe("1");
});

test("a price is removed by somebody who is sure", async () => {
  const served = house({ "PUT /api/v1/settings/message-prices/": { prices: [] } });
  await arrive();

  await userEvent.click(await screen.findByRole("button", { name: /Remove the price of SMS by Twilio, Spain/ }));
  await userEvent.click(screen.getByRole("button", { name: "Remove" }));

  expect(await putTo(served, "/api/v1/settings/message-prices/")).toEqual([{ prices: [] }]);
});

test("caps are kept as wished and stand beside the standard", async () => {
  const served = house({ "PUT /api/v1/settings/texting-caps/": { here: CAPS, standard: CAPS } });
  await arrive();
  const form = await screen.findByRole("form", { name: "Caps" });
  const field = within(form).getByLabelText("Texts to one number a day");
  expect((field as HTMLInputElement).value).toBe("5");

  await userEvent.clear(field);
  await userEvent.type(field, "9");
  await userEvent.click(within(form).getByRole("button", { name: "Keep these caps" }));

  expect(await putTo(served, "/api/v1/settings/texting-caps/")).toEqual([{ ...CAPS, per_number: 9 }]);
});

test("countries abroad are warned of and closed again", async () => {
  const served = house({
    "GET /api/v1/settings/texting-countries/": { countries: ["ES", "FR"] },
    "PUT /api/v1/settings/texting-countries/": { countries: ["ES"] },
  });
  await arrive();

  expect(await screen.findByText(/2 countries abroad are open/)).toBeTruthy();
  expect(screen.getByText(/Your own country, China, is not in the list/)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Close France" }));

  expect(await putTo(served, "/api/v1/settings/texting-countries/")).toEqual([{ countries: ["ES"] }]);
});

test("who may not change reads and finds nothing to press", async () => {
  house();
  await arrive(["settings.read", "channels.read", "messages.read"]);

  expect(await screen.findByText("China (CN)")).toBeTruthy();
  for (const name of ["Add this price", "Open this country", "Keep these caps", "Remove"])
    expect(screen.queryByRole("button", { name })).toBeNull();
});

test("what cannot be fetched says so and is tried again", async () => {
  house({ "GET /api/v1/settings/texting-caps/": refusal(503, "This cannot be done now.") });
  await arrive();

  expect(await screen.findByRole("button", { name: "Try again" })).toBeTruthy();
});

test("of each way the newest price up to today holds", () => {
  const later = { ...PRICE, from_date: "2026-12-01" };
  const newer = { ...PRICE, from_date: "2026-06-01" };
  const other = { ...PRICE, country: "" };

  expect(rowsOf([PRICE, later, other, newer], "2026-11-20").map(({ price, standing }) => [price, standing])).toEqual([
    [other, "now"],
    [later, "later"],
    [newer, "now"],
    [PRICE, "before"],
  ]);
});

test.each([
  ["0.075", "7.5000"],
  ["0,0725", "7.2500"],
  ["12", "1200.0000"],
  ["-1", undefined],
  ["1.2.3", undefined],
  ["much", undefined],
  ["", undefined],
])("%s in whole units is %s in hundredths", (text, minor) => {
  expect(minorOf(text)).toBe(minor);
});

test("sums keep currencies apart, the dearest first", () => {
  const dollars = { ...SPENT, currency: "USD", cost_minor: "90.5" };

  const sums = sumsBy([SPENT, dollars, { ...SPENT, purpose: "REMINDER" }], "channel");

  expect(sums.map(({ currency, messages, minor }) => [currency, messages, minor])).toEqual([
    ["USD", 3, 90.5],
    ["EUR", 6, 60],
  ]);
});

test("a month begins on its first day, also over a year's end", () => {
  expect(monthOf("2026-01-31", -1)).toEqual({ from: "2025-12-01", until: "2026-01-01" });
  expect(monthOf("2026-12-31", 0)).toEqual({ from: "2026-12-01", until: "2027-01-01" });
});

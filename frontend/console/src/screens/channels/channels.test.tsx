import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { refusal, serve, show } from "../../testing/house";
import Page from "./page";
import type { Account, Kind, Message, Needed, Setting } from "./queries";

const SETTING: Omit<Setting, "name"> = {
  input: "text",
  is_secret: false,
  is_required: true,
  is_made: false,
  signs: false,
  default: "",
  choices: [],
  pattern: "",
  longest: 500,
};
const TWILIO: Kind = {
  kind: "twilio",
  address_kind: "PHONE",
  address_pattern: "",
  address_example: "+34600999999",
  settings: [
    { ...SETTING, name: "account_sid" },
    { ...SETTING, name: "auth_token", is_secret: true, signs: true },
    { ...SETTING, name: "odd_one", is_required: false },
  ],
  can: ["probe", "register", "test"],
};
const SMTP: Kind = {
  ...TWILIO,
  kind: "smtp",
  settings: [{ ...SETTING, name: "security", input: "choice", is_required: false, choices: ["starttls", "tls"] }],
};
const FIRST: Account = {
  id: 1,
  kind: "twilio",
  address: "+34600999999",
  rank: 10,
  is_active: true,
  throttled_until: null,
  created_at: "2026-11-01T08:00:00Z",
  standing: "ON",
  queued: 2,
  last_receipt_at: null,
  last_error_at: null,
  last_trouble: "",
  is_trouble_of_one: false,
  webhook_url: "https://aftercare.example/api/webhooks/abc/",
  settings: [
    { name: "account_sid", is_set: true, tail: "000001", has_before: false, before_until: null },
    { name: "auth_token", is_set: true, tail: "", has_before: true, before_until: "2026-11-08T08:00:00Z" },
    { name: "odd_one", is_set: false, tail: "", has_before: false, before_until: null },
  ],
  can: ["probe", "register", "test"],
  may_change: true,
  is_shared: false,
  templates_missing: [],
};
const NEEDED: Needed = {
  name: "win_back.opening",
  language: "en",
  text: "North Motors: we miss your ${vehicle}.",
  places: ["vehicle"],
  buttons: [],
  is_opening: true,
  code: "",
};
const SECOND: Account = { ...FIRST, id: 2, kind: "smtp", address: "a@north.example", rank: 20, settings: [] };
const SENT = {
  id: 7,
  direction: "OUT",
  conversation: 3,
  created_at: "2026-11-01T08:00:00Z",
  sent_at: null,
  delivered_at: null,
  read_at: null,
  trouble: "",
  text: "",
} as unknown as Message;
const page = <T,>(...results: T[]) => ({ next: null, previous: null, results });

const house = (more: Record<string, unknown> = {}) =>
  serve({
    "GET /api/v1/channel-accounts/": page(SECOND, FIRST),
    "GET /api/v1/channel-accounts/kinds/": [TWILIO, SMTP],
    ...more,
  });
const arrive = (actions = ["channels.read", "channels.write"]) =>
  show(<Page />, { texts: "channels", me: { actions } });
const cards = async () => (await screen.findAllByRole("listitem")).filter((one) => one.classList.contains("sheet"));
const bodies = async (fetch: ReturnType<typeof serve>, method: string) =>
  Promise.all(
    fetch.mock.calls
      .map(([call]) => call as Request)
      .filter((call) => call.method === method)
      .map((call) => call.clone().json() as Promise<unknown>),
  );

test("senders stand in the order in which they are tried, and say how they do", async () => {
  house({
    "GET /api/v1/channel-accounts/": page(SECOND, {
      ...FIRST,
      standing: "BROKEN",
      last_error_at: "2026-11-01T08:00:00Z",
      last_trouble: "The channel is not set up rightly.",
    }),
  });
  await arrive();

  const [first, second] = await cards();
  expect(first?.textContent).toContain("SMS by Twilio +34600999999");
  expect(first?.textContent).toContain("Refused by the provider");
  expect(first?.textContent).toContain("The channel is not set up rightly.");
  expect(second?.textContent).toContain("a@north.example");
});

test("a recipient's bad address is no trouble of the sender", async () => {
  const last_trouble = "The address does not work.";
  const trouble = { last_error_at: "2026-11-01T08:00:00Z", last_trouble, is_trouble_of_one: true };
  house({
    "GET /api/v1/channel-accounts/": page(
      { ...FIRST, ...trouble },
      { ...SECOND, ...trouble, is_trouble_of_one: false },
    ),
  });
  await arrive();

  const [first, second] = await screen.findAllByText(/The address does not work\./);
  expect(first?.textContent).toContain("the sender itself works");
  expect(first?.className).not.toContain("alarm");
  expect(second?.className).toContain("alarm");
});

test("a provider that calls nobody is given no address to copy", async () => {
  house({ "GET /api/v1/channel-accounts/": page({ ...FIRST, webhook_url: "" }) });
  await arrive();

  await userEvent.click(await screen.findByRole("button", { name: /^Settings and tests/ }));

  expect(screen.getByRole("button", { name: /^Ask the provider/ })).toBeTruthy();
  expect(screen.queryByText(/Copy/)).toBeNull();
});

test("a sender says which templates it lacks, and what is to be submitted for them", async () => {
  const lacking: Account = { ...FIRST, can: ["templates"], templates_missing: ["win_back.opening"] };
  const listed: Needed = { ...NEEDED, name: "win_back.offer", is_opening: false, code: "SMS_7", text: "A free check?" };
  house({
    "GET /api/v1/channel-accounts/": page(lacking),
    "GET /api/v1/channel-accounts/1/templates/": [NEEDED, listed, { ...NEEDED, language: "es", text: "Hola" }],
  });
  await arrive();

  expect(await screen.findByText("1 template is missing: win_back.opening")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: /^Settings and tests/ }));
  const section = within(await screen.findByRole("region", { name: "Templates to be approved" }));

  expect(section.getByText("North Motors: we miss your ${vehicle}.")).toBeTruthy();
  expect(section.getByText("Approved as SMS_7")).toBeTruthy();
  expect(section.getByText("Places, in their order: vehicle", { selector: "li:first-child p" })).toBeTruthy();
  expect(section.queryByText("Hola")).toBeNull();
  await userEvent.selectOptions(section.getByLabelText(/^Language/), "es");
  expect(section.getByText("Hola")).toBeTruthy();
});

test("a provider that takes free words at any time needs no templates", async () => {
  house();
  await arrive();

  await userEvent.click((await screen.findAllByRole("button", { name: /^Settings and tests/ }))[0] as HTMLElement);

  expect(screen.queryByText(/Templates to be approved/)).toBeNull();
});

test("the order is changed by keys, and only places that change are written", async () => {
  const fetch = house({ "PATCH /api/v1/channel-accounts/1/": FIRST, "PATCH /api/v1/channel-accounts/2/": SECOND });
  await arrive();

  (await screen.findByRole("button", { name: "Try later: SMS by Twilio +34600999999" })).focus();
  await userEvent.keyboard("{Enter}");

  expect(await bodies(fetch, "PATCH")).toEqual([{ rank: 10 }, { rank: 20 }]);
});

test("the form asks what the kind declares, and a fault stands beside its field", async () => {
  const fault = Response.json(
    {
      status: 400,
      code: "invalid",
      detail: "x",
      errors: [{ field: "settings.auth_token", message: "This is needed." }],
    },
    { status: 400, headers: { "Content-Type": "application/problem+json" } },
  );
  const fetch = house({ "POST /api/v1/channel-accounts/": fault });
  await arrive();
  await screen.findAllByRole("listitem");

  await userEvent.keyboard("n");
  const form = within(screen.getByRole("form", { name: "A new sender" }));
  await userEvent.type(form.getByLabelText(/Number, address or name/), "+34600999999");
  await userEvent.type(form.getByLabelText(/Account SID/), "AC1");
  await userEvent.type(form.getByLabelText(/Auth token/), "t");
  expect(form.getByLabelText("odd_one")).toBeTruthy();
  await userEvent.click(form.getByRole("button", { name: "Open it" }));

  expect(await bodies(fetch, "POST")).toEqual([
    { kind: "twilio", address: "+34600999999", settings: { account_sid: "AC1", auth_token: "t" } },
  ]);
  expect(form.getByLabelText(/Auth token/).getAttribute("aria-invalid")).toBe("true");
});

test("another kind is asked for other things", async () => {
  house();
  await arrive();
  await screen.findAllByRole("listitem");

  await userEvent.keyboard("n");
  const form = within(screen.getByRole("form", { name: "A new sender" }));
  await userEvent.selectOptions(form.getByLabelText("Provider"), "smtp");

  expect(form.getByRole("combobox", { name: "Encryption" })).toBeTruthy();
  expect(form.queryByLabelText(/Account SID/)).toBeNull();
});

test("what is set is not shown; only what changes is sent, and the old secret can be forgotten", async () => {
  const fetch = house({
    "PATCH /api/v1/channel-accounts/1/": FIRST,
    "POST /api/v1/channel-accounts/1/forget/": FIRST,
  });
  await arrive();

  await userEvent.click(await screen.findByRole("button", { name: /Settings and tests: SMS/ }));
  expect((screen.getByLabelText(/Account SID/) as HTMLInputElement).placeholder).toContain("000001");
  await userEvent.type(screen.getByLabelText(/Auth token/), "next");
  await userEvent.click(screen.getByRole("button", { name: "Keep the changes" }));
  await userEvent.click(screen.getByRole("button", { name: "Forget the old one: Auth token" }));

  expect(await bodies(fetch, "PATCH")).toEqual([{ settings: { auth_token: "next" } }]);
  expect(await bodies(fetch, "POST")).toEqual([{ name: "auth_token" }]);
});

test("a provider's refusal says what to do", async () => {
  house({ "POST /api/v1/channel-accounts/1/probe/": refusal(424, "The provider cannot be reached.") });
  await arrive();

  await userEvent.click(await screen.findByRole("button", { name: /Settings and tests: SMS/ }));
  await userEvent.click(screen.getByRole("button", { name: "Ask the provider" }));

  expect((await screen.findByRole("alert")).textContent).toBe("The provider cannot be reached.");
});

test("a test shows what becomes of it, and the answer", async () => {
  house({
    "POST /api/v1/channel-accounts/1/test/": SENT,
    "GET /api/v1/messages/": page(
      { ...SENT, id: 8, direction: "IN", text: "It came" },
      { ...SENT, sent_at: "2026-11-01T08:00:01Z", delivered_at: "2026-11-01T08:00:02Z" },
      { ...SENT, id: 6, text: "older" },
    ),
  });
  await arrive();

  await userEvent.click(await screen.findByRole("button", { name: /Settings and tests: SMS/ }));
  await userEvent.type(screen.getByLabelText("Your own number or address"), "+34600000001");
  await userEvent.click(screen.getByRole("button", { name: "Send a test" }));

  const became = within(await screen.findByRole("list", { name: "What became of the test" }));
  expect(await became.findByText(/^Delivered at/)).toBeTruthy();
  expect(became.getByText("Answered: It came")).toBeTruthy();
  expect(became.queryByText(/older/)).toBeNull();
});

test("switching off is asked once more, and says what waits", async () => {
  const fetch = house({ "PATCH /api/v1/channel-accounts/1/": { ...FIRST, is_active: false } });
  await arrive();

  await userEvent.click(await screen.findByRole("button", { name: "Switch off SMS by Twilio +34600999999" }));
  expect(screen.getByText(/2 waiting messages stay/)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Yes, switch off" }));

  expect(await bodies(fetch, "PATCH")).toEqual([{ is_active: false }]);
});

test("who may only look changes nothing", async () => {
  house({ "GET /api/v1/channel-accounts/": page({ ...FIRST, may_change: false }) });
  await arrive(["channels.read"]);

  await cards();
  expect(screen.queryAllByRole("button")).toEqual([]);
});

test("of one that is shared only the order is the dealer's, and how to try it", async () => {
  const shared: Account = { ...FIRST, is_shared: true, settings: [], webhook_url: "", can: ["probe", "test"] };
  house({ "GET /api/v1/channel-accounts/": page(shared, SECOND) });
  await arrive();

  expect(await screen.findByText(/Shared with the brand's other dealers/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Switch off SMS by Twilio +34600999999" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Settings and tests: SMS by Twilio +34600999999" }));
  expect(screen.queryByRole("textbox", { name: /account/i })).toBeNull();
});

test("without senders it says what to do first", async () => {
  house({ "GET /api/v1/channel-accounts/": page() });
  await arrive();
  expect(await screen.findByText(/No sender yet/)).toBeTruthy();
});

test("a list that does not come can be asked for again", async () => {
  house({ "GET /api/v1/channel-accounts/": refusal(503, "This cannot be done now. Try again.") });
  await arrive();

  expect((await screen.findByRole("alert")).textContent).toContain("This cannot be done now.");
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

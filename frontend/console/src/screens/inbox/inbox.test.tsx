import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { LiveProvider } from "../../live/LiveProvider";
import { refusal, serve, show } from "../../testing/house";
import Page from "./page";

const TALK = {
  id: 9,
  channel: "simulator",
  address: "+8613800000001",
  customer: { id: 3, name: "Anna", language: "zh-hans" },
  mode: "FLOW",
  assignee_id: null,
  assignee_name: "",
  unread_count: 2,
  read_up_to: null,
  is_new_to_me: true,
  waits_since_at: "2026-11-20T02:00:00Z",
  waits_because: "The owner wrote of their own accord.",
  answer_due_at: "2026-11-20T04:00:00Z",
  last_message: {
    id: 2,
    direction: "IN",
    state: "RECEIVED",
    text: "几点关门？",
    actor: "owner",
    created_at: "2026-11-20T02:00:00Z",
  },
  last_message_at: "2026-11-20T02:00:00Z",
  last_inbound_at: "2026-11-20T02:00:00Z",
  created_at: "2026-11-20T01:00:00Z",
  allowed: ["take_over", "assign", "write", "close", "note"],
  refusal: "",
  language: "en",
  longest_text: 20,
  texting: null,
};
const MESSAGE = {
  id: 1,
  direction: "OUT",
  state: "READ",
  case_kind: "survey",
  subject: "",
  text: "How was it?",
  buttons: [{ label: "Fine", payload: "t|1" }],
  files: [],
  language: "en",
  actor: "flow",
  author: "",
  trouble: "",
  segments: 2,
  price_minor: "14.5000",
  currency: "EUR",
  charged_minor: null,
  charged_currency: "",
  created_at: "2026-11-20T01:00:00Z",
};
const page = (results: unknown[]) => ({ next: null, results });
const HOUSE = {
  "GET /api/v1/conversations/": page([TALK]),
  "GET /api/v1/conversations/counts/": { all: 1, mine: 0, unassigned: 1, waiting: 1000, flow: 0, closed: 0, unread: 1 },
  "GET /api/v1/conversations/9/": TALK,
  "GET /api/v1/conversations/9/messages/": page([MESSAGE]),
  "GET /api/v1/conversations/9/notes/": page([]),
  "GET /api/v1/conversations/9/panel/": {
    customer: null,
    cars: [],
    last_visit: null,
    complaints: [],
    appointments: [],
    surveys: [],
  },
  "GET /api/v1/conversations/9/dialogues/": [],
  "GET /api/v1/conversations/colleagues/": page([{ id: 1, name: "Clara" }]),
  "GET /api/v1/canned-answers/": page([
    { id: 5, language: "en", shortcut: "hello", text: "Hello {name}" },
    { id: 6, language: "en", shortcut: "help", text: "How can I help?" },
  ]),
  "POST /api/v1/conversations/9/read/": new Response(null, { status: 204 }),
};

async function open(at: string, more: Record<string, unknown> = {}) {
  const served = serve({ ...HOUSE, ...more });
  const part = (
    <LiveProvider isOn={false}>
      <Page />
    </LiveProvider>
  );
  const path = at.startsWith("/inbox/") ? "/inbox/:id" : "/inbox";
  const shown = await show(part, { texts: "inbox", at, path, me: { actions: ["conversations.read"] } });
  return { ...shown, served };
}
const box = () => screen.findByLabelText("Message to the owner");
const bodyOf = async (served: ReturnType<typeof serve>, call: string) => {
  const found = served.mock.calls.map(([request]) => request as Request).find((request) => request.url.endsWith(call));
  return found?.clone().json() as Promise<unknown>;
};

test("a row says who, what was said last and that it waits", async () => {
  await open("/inbox");

  const row = await screen.findByRole("link", { name: /Anna/ });
  expect(row.textContent).toContain("几点关门？");
  expect(row.textContent).toContain("2 unread messages");
  expect(row.textContent).toContain("late");
  expect(await screen.findByText("999+", { exact: false })).toBeTruthy();
});

test("an empty part says what that means", async () => {
  await open("/inbox?tab=unassigned", { "GET /api/v1/conversations/": page([]) });

  expect(await screen.findByText("Everything has somebody.")).toBeTruthy();
});

test("a failure is told and tried again", async () => {
  await open("/inbox", { "GET /api/v1/conversations/": refusal(400, "This part is not there.") });

  expect(await screen.findByText("This part is not there.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

test("a conversation that is not there leads back, and offers no retry that cannot work", async () => {
  const { router } = await open("/inbox/9", { "GET /api/v1/conversations/9/": refusal(404, "Not found.") });

  const told = (await screen.findByText("There is no such conversation.")).closest("div");
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  await userEvent.click(within(told as HTMLElement).getByRole("button"));

  expect(router.state.location.pathname).toBe("/inbox");
});

test("what was searched for is found by the server and stays out of the address", async () => {
  const { router, served } = await open("/inbox", {
    "POST /api/v1/conversations/search/": page([{ ...TALK, found_by: "WORDS", found_text: "我想问几点关门" }]),
  });

  fireEvent.change(await screen.findByLabelText(/^Find by name/), { target: { value: "关门" } });

  expect((await screen.findByRole("link", { name: /我想问几点关门/ })).textContent).toContain("words");
  expect(await bodyOf(served, "/search/")).toEqual({ text: "关门" });
  expect(router.state.location.search).toBe("");
});

test("j goes to the next row and the arrows go on from there", async () => {
  await open("/inbox", { "GET /api/v1/conversations/": page([TALK, { ...TALK, id: 10 }]) });
  const rows = await screen.findAllByRole("link", { name: /Anna/ });

  await userEvent.keyboard("j");
  expect(document.activeElement).toBe(rows[0]);
  await userEvent.keyboard("{ArrowDown}");
  expect(document.activeElement).toBe(rows[1]);
  await userEvent.keyboard("k");
  expect(document.activeElement).toBe(rows[0]);
});

test("only what the server allows is offered", async () => {
  await open("/inbox/9", {
    "GET /api/v1/conversations/9/": { ...TALK, allowed: ["hand_back"], refusal: "Opted out." },
  });

  expect(await screen.findByRole("button", { name: /Hand back/ })).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Take over/ })).toBeNull();
  expect(screen.queryByLabelText("Message to the owner")).toBeNull();
  expect(screen.getByText("Opted out.")).toBeTruthy();
});

test("it is taken from whom one saw, so that a third keeps it", async () => {
  const { served } = await open("/inbox/9", {
    "GET /api/v1/conversations/9/": { ...TALK, mode: "PERSON", assignee_id: 4, assignee_name: "Doris" },
    "POST /api/v1/conversations/9/take_over/": TALK,
  });
  await screen.findByRole("button", { name: /Take from Doris/ });

  await userEvent.keyboard("t");

  await waitFor(async () => expect(await bodyOf(served, "/take_over/")).toEqual({ from_user: 4 }));
});

const SMS = { segment_minor: "7.2500", currency: "EUR", is_wide: false, signature: "" };
const TEXTING = { ...TALK, longest_text: 1600, texting: SMS };

test("a text for SMS says its segments and its cost while it is written", async () => {
  await open("/inbox/9", { "GET /api/v1/conversations/9/": TEXTING });

  fireEvent.change(await box(), { target: { value: "a".repeat(161) } });

  expect(screen.getByText("2 SMS segments, €0.145")).toBeTruthy();
  await userEvent.clear(await box());
});

test("where a provider counts its sign and every letter as wide, so does the composer", async () => {
  const texting = { ...SMS, is_wide: true, signature: "【North】" };
  await open("/inbox/9", { "GET /api/v1/conversations/9/": { ...TEXTING, texting } });

  fireEvent.change(await box(), { target: { value: "a".repeat(64) } });

  expect(screen.getByText("2 SMS segments, €0.145")).toBeTruthy();
  await userEvent.clear(await box());
});

test("a curly quote that doubles it is replaced by the keyboard", async () => {
  await open("/inbox/9", { "GET /api/v1/conversations/9/": TEXTING });
  fireEvent.change(await box(), { target: { value: `It’s ready. ${"a".repeat(100)}` } });

  expect((await screen.findByText(/make it longer/)).textContent).toContain("’");
  screen.getByRole("button", { name: "Use plain signs" }).focus();
  await userEvent.keyboard("{Enter}");

  expect((await box()).textContent).toContain("It's ready.");
  expect(document.activeElement).toBe(await box());
  expect(screen.queryByText(/make it longer/)).toBeNull();
  await userEvent.clear(await box());
});

test("where a text is no SMS nothing is counted", async () => {
  await open("/inbox/9");

  fireEvent.change(await box(), { target: { value: "Hello" } });

  expect(screen.queryByText(/segment/)).toBeNull();
  await userEvent.clear(await box());
});

test("what is on screen is marked as read", async () => {
  const { served } = await open("/inbox/9");
  await screen.findByText("How was it?");

  await waitFor(async () => expect(await bodyOf(served, "/read/")).toEqual({ message: 1 }));
});

test("a draft survives a failure, and the second try is the same message", async () => {
  const { served } = await open("/inbox/9", {
    "POST /api/v1/conversations/9/write/": refusal(503, "This cannot be done now."),
  });
  await userEvent.type(await box(), "At six.{Enter}");

  expect((await screen.findByRole("alert")).textContent).toContain("This cannot be done now. Not sent.");
  expect(((await box()) as HTMLTextAreaElement).value).toBe("At six.");
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  const sent = served.mock.calls.map(([request]) => request as Request).filter(({ url }) => url.endsWith("/write/"));
  await waitFor(() => expect(sent.length).toBeGreaterThan(0));
  const keys = served.mock.calls
    .map(([request]) => request as Request)
    .filter(({ url }) => url.endsWith("/write/"))
    .map(({ headers }) => headers.get("Idempotency-Key"));
  expect(new Set(keys).size).toBe(1);
  await userEvent.clear(await box());
});

test("Shift+Enter is a new line, and too long a text does not leave", async () => {
  await open("/inbox/9");

  await userEvent.type(await box(), "one{Shift>}{Enter}{/Shift}two and much more than fits");

  expect(((await box()) as HTMLTextAreaElement).value).toContain("one\ntwo");
  expect((screen.getByRole("button", { name: "Send" }) as HTMLButtonElement).disabled).toBe(true);
  expect(screen.getByText(/characters too many/)).toBeTruthy();
  await userEvent.clear(await box());
});

test("a slash opens the ready answers; the one picked is filled, gaps are named", async () => {
  const { served } = await open("/inbox/9", {
    "POST /api/v1/conversations/9/fill/": { text: "Hello …", missing: ["name"] },
  });

  await userEvent.type(await box(), "/hel");
  const options = within(await screen.findByRole("listbox", { name: "Ready answers" })).getAllByRole("option");
  expect(options.map((option) => option.getAttribute("aria-selected"))).toEqual(["true", "false"]);
  await userEvent.keyboard("{ArrowDown}{ArrowUp}{Enter}");

  expect(await screen.findByText("Fill in before sending: name")).toBeTruthy();
  expect(((await box()) as HTMLTextAreaElement).value).toBe("Hello …");
  expect(await bodyOf(served, "/fill/")).toEqual({ answer: 5 });
  await userEvent.clear(await box());
});

test("a message shows what became of it and, asked, why", async () => {
  await open("/inbox/9", {
    "GET /api/v1/messages/1/reasons/": {
      message: MESSAGE,
      walls: ["The owner wrote that they want no more messages."],
      decisions: [
        {
          id: 1,
          action: "DEFER",
          rule: "quiet_hours",
          rule_text: "It was night.",
          facts_text: ["It was 22:00."],
          decided_at: "2026-11-20T01:00:00Z",
          not_before_at: null,
          message: 1,
        },
      ],
    },
  });
  const bubble = within(await screen.findByRole("article"));
  expect(bubble.getByText("read")).toBeTruthy();
  expect(bubble.getByText("Fine")).toBeTruthy();

  await userEvent.click(bubble.getByRole("button", { name: "Why?" }));

  expect(await bubble.findByText("The owner wrote that they want no more messages.")).toBeTruthy();
  expect(bubble.getByText("It was 22:00.")).toBeTruthy();
  expect(bubble.getByText("2 SMS segments, €0.145")).toBeTruthy();
});

test("files are shown with their message, and how many were not taken and why", async () => {
  const file = { state: "KEPT", why: "", media_type: "image/jpeg", size_bytes: 2048, allowed: ["open"] };
  const refused = { ...file, state: "REFUSED", why: "SIZE", size_bytes: null, document: null, allowed: [] };
  const files = [
    { ...file, id: 1, name: "car.jpg", document: 71 },
    { ...file, id: 2, name: "voice.ogg", state: "WAITING", document: null, allowed: [] },
    { ...refused, id: 3, name: "a.mp4" },
    { ...refused, id: 4, name: "b.mp4" },
  ];
  const { served } = await open("/inbox/9", {
    "GET /api/v1/conversations/9/messages/": page([{ ...MESSAGE, direction: "IN", text: "[photo]", files }]),
    "POST /api/v1/documents/71/link/": { url: "#opened" },
  });

  await userEvent.click(await screen.findByRole("button", { name: "Open car.jpg" }));

  expect(screen.getByText("sent a photo")).toBeTruthy();
  expect(screen.getByText("voice.ogg: on its way…")).toBeTruthy();
  expect(screen.getByText("2 files not taken: too large")).toBeTruthy();
  await waitFor(() => expect(location.hash).toBe("#opened"));
  expect(served).toHaveBeenCalled();
});

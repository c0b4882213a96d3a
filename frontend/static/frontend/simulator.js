// The drawn phones of the simulator: shows what was sent, and sends back what is typed or tapped.
// Everything goes through the API; this page knows no rule of the business.

import { call, NotAllowed, SignedOut } from "./api.js";
import { arrange, at, element } from "./dom.js";
import { atMostEvery, listen } from "./live.js";

const API = "/api/v1";
const GAP = 1000; // one look a second is live enough, and far below what one person may ask of the API
const words = JSON.parse(at("words").textContent);
// On the dealer's clocks, as in the console, wherever the browser is.
const timeZone = words.timezone || undefined;
const formats = Object.fromEntries(
  Object.entries({
    time: { timeStyle: "short" },
    date: { dateStyle: "short" },
    day: { weekday: "long", month: "long", day: "numeric" },
  }).map(([name, options]) => [name, new Intl.DateTimeFormat(document.documentElement.lang, { ...options, timeZone })]),
);

let picked = null; // the conversation on the phone
let next = null; // the address of the next page of owners
let pages = 1; // how many pages of owners are open
let asked = 0; // the newest question to the server; older answers are dropped
const rows = new Map(); // owners by conversation
const bubbles = new Map(); // messages of the phone by id

const isToday = (moment) => formats.date.format(moment) === formats.date.format(new Date());
const when = (text) => {
  if (!text) return "";
  const moment = new Date(text);
  return (isToday(moment) ? formats.time : formats.date).format(moment);
};
const nameOf = (conversation) => conversation.customer?.name || conversation.address;

function sentence(error) {
  if (error instanceof SignedOut) return words.signed_out;
  if (error instanceof NotAllowed) return words.not_allowed;
  return error.message || words.broken;
}

// --- owners --------------------------------------------------------------------------------------

function note(text, { canRetry = false } = {}) {
  at("owners-note").textContent = text;
  at("owners-note").hidden = !text;
  at("retry").hidden = !canRetry;
}

function ownerRow(conversation) {
  let row = rows.get(conversation.id);
  if (!row) {
    const button = element(
      "button",
      { type: "button", onclick: () => pick(row.conversation, { isWriting: true }) },
      element("span", { class: "name" }),
      element("span", { class: "when" }),
      element("span", { class: "number" }),
    );
    row = { line: element("li", {}, button), button };
    rows.set(conversation.id, row);
  }
  row.conversation = conversation;
  row.button.querySelector(".name").textContent = nameOf(conversation);
  row.button.querySelector(".when").textContent = when(conversation.last_message_at);
  row.button.querySelector(".number").textContent = conversation.customer?.name ? conversation.address : "";
  row.button.setAttribute("aria-current", String(picked?.id === conversation.id));
  return row.line;
}

async function found() {
  const text = at("search").value.trim();
  if (text) return call(`${API}/conversations/search/`, { text, account_kind: "simulator" });
  const all = [];
  let page = { next: `${API}/conversations/?account_kind=simulator` };
  for (let number = 0; number < pages && page.next; number++) {
    page = await call(page.next);
    all.push(...page.results);
  }
  return { next: page.next, results: all };
}

async function owners() {
  const mine = ++asked;
  try {
    const page = await found();
    if (mine !== asked) return;
    next = page.next;
    arrange(at("owners"), page.results.map(ownerRow));
    note(page.results.length ? "" : at("search").value.trim() ? words.not_found : words.nobody);
    at("more").hidden = !next;
  } catch (error) {
    if (mine === asked) note(sentence(error), { canRetry: true });
  }
  at("owners").setAttribute("aria-busy", "false");
}

// --- the phone -----------------------------------------------------------------------------------

function bubble(message) {
  let made = bubbles.get(message.id);
  if (!made) {
    const isOut = message.direction === "OUT";
    made = element("li", { class: isOut ? "out" : "in" }, ...(isOut ? tappable(message.text) : [message.text]));
    if (isOut && message.buttons.length) made.append(taps(message));
    made.append(element("span", { class: "state" }));
    bubbles.set(message.id, made);
  }
  const state = made.querySelector(".state");
  const now = message.direction === "OUT" ? message.state : "";
  if (state.dataset.state !== now) {
    state.dataset.state = now;
    const time = element("time", { datetime: message.created_at }, formats.time.format(new Date(message.created_at)));
    state.replaceChildren(time, ...(now ? [element("span", { class: "ticks" }), words.states[now]] : []));
  }
  return made;
}

// An address in a message opens its page beside this one, as a phone does; the page learns nothing of where it came from.
function tappable(text) {
  return text
    .split(/(https?:\/\/\S+)/)
    .map((part, place) =>
      place % 2 ? element("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part,
    );
}

function taps(message) {
  const buttons = message.buttons.map((button) =>
    element(
      "button",
      { type: "button", class: "quiet", onclick: () => say(button.label, button.payload, message.id) },
      button.label,
    ),
  );
  return element("span", { class: "taps" }, ...buttons);
}

function withDays(messages) {
  const lines = [];
  let day = "";
  for (const message of messages) {
    const own = new Date(message.created_at).toDateString();
    if (own !== day) {
      day = own;
      lines.push(dayLine(own));
    }
    lines.push(bubble(message));
  }
  return lines;
}

function dayLine(day) {
  if (!bubbles.has(day)) bubbles.set(day, element("li", { class: "day" }, formats.day.format(new Date(day))));
  return bubbles.get(day);
}

async function talk() {
  if (!picked) return;
  const mine = picked.id;
  try {
    const page = await call(`${API}/simulator/conversations/${mine}/messages/`);
    if (picked.id !== mine) return;
    const shown = page.results.filter(({ direction, state }) => direction === "IN" || words.states[state]);
    const lines = withDays(shown.sort((one, other) => one.id - other.id));
    const isNew = lines.length && !lines.at(-1).isConnected;
    arrange(at("talk"), lines.length ? lines : [element("li", { class: "empty" }, words.silence)]);
    if (isNew) at("talk").scrollTop = at("talk").scrollHeight;
  } catch (error) {
    if (picked.id === mine) arrange(at("talk"), [element("li", { class: "empty problem" }, sentence(error))]);
  }
}

function pick(conversation, { isWriting = false } = {}) {
  if (picked?.id !== conversation.id) {
    bubbles.clear();
    arrange(at("talk"), [element("li", { class: "empty" }, words.loading)]);
  }
  picked = conversation;
  history.replaceState(null, "", `#${conversation.id}`);
  at("phone-title").textContent = nameOf(conversation);
  at("phone-note").textContent = conversation.address;
  at("write-note").textContent = "";
  at("text").disabled = at("send").disabled = false;
  for (const row of rows.values()) row.button.setAttribute("aria-current", String(row.conversation.id === picked.id));
  talk();
  if (isWriting) at("text").focus();
}

async function pickNamed(id) {
  if (!/^\d+$/.test(id)) return;
  try {
    pick(await call(`${API}/conversations/${id}/`));
  } catch {
    history.replaceState(null, "", location.pathname);
  }
}

async function say(text, payload = "", replyTo = null) {
  const mine = picked.id;
  try {
    await call(`${API}/simulator/conversations/${mine}/messages/`, { text, payload, reply_to: replyTo });
    at("write-note").textContent = "";
    if (!payload) at("text").value = "";
    refresh();
  } catch (error) {
    if (picked.id === mine) at("write-note").textContent = sentence(error);
  }
}

// --- what moves it -------------------------------------------------------------------------------

const refresh = atMostEvery(GAP, () => {
  owners();
  talk();
});

function showState(state) {
  at("live").dataset.live = state;
  at("live").textContent = words.lines[state];
  at("sign-in").hidden = state !== "signed_out";
}

at("more").addEventListener("click", () => {
  pages += 1;
  owners();
});
at("retry").addEventListener("click", () => {
  owners();
  talk();
});
at("search").addEventListener("input", atMostEvery(250, owners));
at("write").addEventListener("submit", (event) => {
  event.preventDefault();
  if (picked && at("text").value.trim()) say(at("text").value);
});
owners();
pickNamed(location.hash.slice(1));
listen({ onNews: refresh, onState: showState });

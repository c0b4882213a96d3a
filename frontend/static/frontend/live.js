// The line on which the server says that something is new; what it is, the page asks the API.

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
// The server's reasons to close a line for good.
const REFUSALS = { 4401: "signed_out", 4403: "not_allowed" };

// Calls onNews for each word of the server about something new and when the line stands (again), onState with "yes",
// "no", "signed_out" or "not_allowed".
export function listen({ onNews, onState }, wait = FIRST_WAIT) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/live/`);
  // The server refuses by closing a line that stood for a moment, so only a word proves that it stands.
  let next = Math.min(wait * 2, LONGEST_WAIT);
  const hearing = {
    // What was missed need not be told again: the page asks for all that it shows.
    hello: () => {
      next = FIRST_WAIT;
      onState("yes");
      onNews();
    },
    events: onNews,
    reset: onNews,
    closed: ({ code }) => end(code),
  };
  socket.onopen = () => socket.send(JSON.stringify({ type: "hello", after: null }));
  socket.onmessage = ({ data }) => {
    const said = JSON.parse(data);
    hearing[said.type]?.(said);
  };
  socket.onclose = ({ code }) => end(code);
  function end(code) {
    socket.onmessage = socket.onclose = null;
    socket.close();
    onState(REFUSALS[code] ?? "no");
    if (!REFUSALS[code]) setTimeout(() => listen({ onNews, onState }, next), wait);
  }
}

// Returns a function that does the work at once, and then at most once in `gap` milliseconds however often it is asked.
export function atMostEvery(gap, work) {
  let waiting = null;
  let done = -gap;
  return () => {
    if (waiting !== null) return;
    waiting = setTimeout(() => {
      waiting = null;
      done = performance.now();
      work();
    }, Math.max(0, done + gap - performance.now()));
  };
}

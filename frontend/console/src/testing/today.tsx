/** Today as the layout has it, over answers of a server. */
import { Route, Routes } from "react-router";
import { serve, show } from "./house";
import { LiveProvider } from "../live/LiveProvider";
import { HandBar } from "../screens/today/HandBar";
import { HandRoom } from "../screens/today/HandRoom";
import Page from "../screens/today/page";
import type { PutOff, TaskInHand, Work } from "../screens/today/queries";

const AT = "2026-11-20T04:00:00Z";
export const task = (id: number, values: Partial<TaskInHand> = {}): TaskInHand => ({
  id,
  kind: "CALL",
  role: "RELATIONS_SPECIALIST",
  customer: 1,
  vehicle: 1,
  complaint: null,
  conversation_id: null,
  message_id: null,
  reason: "after_sales_call",
  data: {},
  priority: 50,
  due_at: AT,
  promised_at: null,
  not_before_at: null,
  attempts: 0,
  state: "OPEN",
  assignee_id: null,
  claimed_by: null,
  claimed_until: null,
  outcome: "",
  note: "",
  created_at: AT,
  done_at: null,
  done_by: null,
  person: { id: 1, name: `Anna ${id}`, language: "en" },
  car: { id: 1, plate: "A12345", model: "Almera", odometer_km: 1 },
  phones: [{ id: 4, number: "+8613800138000", is_whole: true, is_landline: false, is_preferred: false }],
  is_held: true,
  allowed: ["claim", "complete", "postpone", "release"],
  outcomes: [
    { outcome: "COMPLETED", then: "complete", is_grave: false },
    { outcome: "NO_ANSWER", then: "postpone", is_grave: false },
    { outcome: "RESCHEDULED", then: "ask", is_grave: false },
    { outcome: "WRONG_NUMBER", then: "complete", is_grave: true },
    { outcome: "LANGUAGE_BARRIER", then: "hand_on", is_grave: false },
  ],
  said: [{ source: "ANSWER", at: AT, text: "It took long.", is_ours: false, item: "waiting", value: "DISSATISFIED" }],
  last_visit: null,
  again_at: "2099-11-20T01:00:00Z",
  ...values,
});
export const DAY = {
  on: "2026-11-20",
  done: {
    by_kind: { CALL: 3 },
    calls: [{ direction: "OUTBOUND", done: 3, least: 70, most: 80 }],
    load: 0.04,
    has_norm: true,
  },
  left: 501,
  overdue: 1,
  later: 0,
  stands_in_for: [],
  stood_in_by: "",
};
export const rows = (...ids: number[]) => ids.map((id): Work => ({ ...task(id), is_held: false }));
export const putOff = (values: Partial<PutOff> = {}): PutOff => ({ ...task(7), given_to: "", ...values });
export const HOUSE = {
  "GET /api/v1/tasks/work/": { next: null, results: rows(7, 8) },
  "GET /api/v1/tasks/day/": DAY,
  "POST /api/v1/tasks/next/": task(7),
  "POST /api/v1/tasks/8/claim/": task(8),
  "POST /api/v1/tasks/7/complete/": task(7),
  "POST /api/v1/tasks/7/postpone/": putOff(),
  "POST /api/v1/tasks/7/release/": task(7),
};
// As the layout has it: the bar on every screen, Today at its address.
const Frame = () => (
  <>
    <HandBar />
    <Routes>
      <Route path="today" element={<Page />} />
      <Route path="*" element={<p>another screen</p>} />
    </Routes>
  </>
);
export const open = (house: Record<string, unknown> = HOUSE, actions = ["tasks.read"], at = "/today") => {
  const fetch = serve(house);
  const part = (
    <LiveProvider isOn={false}>
      <HandRoom>
        <Frame />
      </HandRoom>
    </LiveProvider>
  );
  return show(part, { texts: "today", me: { actions }, at, path: "*" }).then((shown) => ({
    ...shown,
    fetch,
  }));
};
export const asked = (fetch: ReturnType<typeof serve>, path: string) =>
  fetch.mock.calls.map(([request]) => request as Request).filter(({ url }) => url.endsWith(path));

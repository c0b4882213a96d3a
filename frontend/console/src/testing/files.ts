/** A file's parts as the API answers them, for the screens of files. */
export const pageOf = (results: unknown[]) => ({ next: null, previous: null, results });

export const CUSTOMER = {
  id: 7,
  kind: "PERSON",
  name: "Anna",
  household: null,
  lifecycle: "ACTIVE",
  value_group: "",
  consenting: "UNASKED",
  missing: [],
  last_visit_date: null,
  language: "",
  timezone: "",
  address: "Hill Road 1",
  preferred_channel: "",
  preferred_from: null,
  preferred_until: null,
  is_member: false,
  merged_into: null,
  created_at: "2026-11-20T02:00:00Z",
  updated_at: "2026-11-20T02:00:00Z",
  allowed: ["edit", "consent", "note", "document"],
};

export const VEHICLE = {
  id: 3,
  vin: "LZWACAGA6E4123458",
  plate: "辽A12345",
  model: "宏光S",
  is_vin_suspect: false,
  purchase_date: null,
  warranty_end_date: null,
  services_wanted: "",
  odometer_km: 21761,
  odometer_at: "2026-11-10T02:00:00Z",
  sold_at: null,
  missing: [],
  created_at: "2026-11-20T02:00:00Z",
  updated_at: "2026-11-20T02:00:00Z",
};

export const COMPLETE = { gaps: [], held: 8, expected: 8, is_complete: true, due_date: null };

export const CHANGE = {
  id: 11,
  subject_kind: "customer",
  subject_id: 7,
  field: "address",
  before: "Sea Road 2",
  after: "Hill Road 1",
  source: "PERSON",
  actor: "user:1",
  actor_name: "Clara",
  at: "2026-11-20T02:00:00Z",
  allowed: ["revert"],
};

/** An entry of a timeline, about nothing more than what is given. */
export const entry = (kind: string, more: Record<string, unknown> = {}) => ({
  key: `event:${kind}`,
  kind,
  group: "NOTES",
  at: "2026-11-20T02:00:00Z",
  actor: "user:1",
  actor_name: "Clara",
  vehicle_id: null,
  plate: "",
  facts: {},
  changes: [],
  ...Object.fromEntries(ABOUT.map((word) => [word, null])),
  ...more,
});
const ABOUT = [
  "message",
  "note",
  "task",
  "touch",
  "repair_order",
  "appointment",
  "follow_up",
  "survey",
  "complaint",
  "document",
  "consent",
  "suppression",
  "file_merge",
  "ownership",
];

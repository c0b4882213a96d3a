import { expect, test } from "vitest";
import { staleAfter } from "./reactions";

const event = { id: 1, subject_kind: "", subject_id: 1, customer_id: 7 };

test.each([
  ["task.opened", [["tasks"], ["customers", 7], ["vehicles"]]],
  ["message.received", [["conversations"], ["messages"], ["customers", 7], ["vehicles"]]],
  ["user.changed", [["users"], ["deputies"]]],
  ["something.else", []],
])("after %s the answers it touches are asked anew", (kind, stale) => {
  expect(staleAfter({ ...event, kind })).toEqual(stale);
});

test("a fact about nobody in particular touches every file", () => {
  expect(staleAfter({ ...event, kind: "survey.completed", customer_id: null })).toEqual([["customers"], ["vehicles"]]);
});

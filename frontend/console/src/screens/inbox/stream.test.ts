import { expect, test } from "vitest";
import type { Message, Note } from "./queries";
import { itemsOf } from "./stream";

const said = (id: number, minute: number, direction: "IN" | "OUT" = "IN") =>
  ({ id, direction, created_at: `2026-11-20T02:${String(minute).padStart(2, "0")}:00Z` }) as Message;
const noted = (id: number, minute: number) =>
  ({ id, at: `2026-11-20T02:${String(minute).padStart(2, "0")}:00Z` }) as Note;
const shown = (items: ReturnType<typeof itemsOf>) =>
  items.map((item) => (item.kind === "message" ? item.message.id : item.kind === "note" ? `n${item.note.id}` : "line"));

test("what was said and noted stands in the order of time", () => {
  const items = itemsOf([said(3, 30), said(2, 10)], [noted(7, 20)], null, false);

  expect(shown(items)).toEqual([2, "n7", 3]);
});

test("a line stands before the first word of the owner that the reader has not seen", () => {
  const items = itemsOf([said(5, 50), said(4, 40, "OUT"), said(3, 30), said(2, 10)], [], 2, false);

  expect(shown(items)).toEqual([2, "line", 3, 4, 5]);
});

test("where all or nothing is new there is no line", () => {
  expect(shown(itemsOf([said(3, 30)], [], 3, false))).toEqual([3]);
  expect(shown(itemsOf([said(3, 30)], [], null, false))).toEqual([3]);
});

test("notes of a time not yet loaded wait for its messages", () => {
  expect(shown(itemsOf([said(9, 30)], [noted(1, 10), noted(2, 40)], null, true))).toEqual([9, "n2"]);
});

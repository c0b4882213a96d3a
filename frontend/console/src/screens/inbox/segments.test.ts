import { expect, test } from "vitest";
import { plainer, segmentsOf } from "./segments";

test.each([
  ["", 0],
  ["a", 1],
  ["a".repeat(160), 1],
  ["a".repeat(161), 2],
  ["a".repeat(306), 2],
  ["a".repeat(307), 3],
  ["€".repeat(80), 1],
  ["€".repeat(81), 2],
  // A sign of two units does not fit the one that is left.
  ["a".repeat(152) + "€" + "a".repeat(152), 3],
  ["中".repeat(70), 1],
  ["中".repeat(71), 2],
  ["🚗".repeat(35), 1],
  ["🚗".repeat(36), 2],
  ["中".repeat(66) + "🚗" + "中".repeat(66), 3],
  ["á".repeat(71), 2],
])("a text takes its segments: %#", (text, count) => {
  expect(segmentsOf(text)).toBe(count);
});

test("where all letters are wide a segment holds seventy of any", () => {
  expect(segmentsOf("a".repeat(70), true)).toBe(1);
  expect(segmentsOf("a".repeat(135), true)).toBe(3);
});

test("typographic signs become plain ones, letters of a language stay", () => {
  expect(plainer("“Está” – señor…")).toEqual({ text: '"Está" - señor...', signs: ["“", "”", "–", "…"] });
});

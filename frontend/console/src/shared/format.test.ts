import { expect, test } from "vitest";
import { formatOf } from "./format";

const now = new Date("2026-11-20T12:00:00Z");

test.each([
  ["en", "Nov 21, 2026, 4:30 AM"],
  ["es", "21 nov 2026, 4:30"],
  ["zh-hans", "2026年11月21日 04:30"],
])("a moment is told in %s on the dealer's clock", (language, told) => {
  const format = formatOf(language, "Asia/Shanghai");

  expect(format.dateTime("2026-11-20T20:30:00Z").replace(/\s/g, " ")).toBe(told);
});

test("what is of today is told by its time, older things by their day", () => {
  const format = formatOf("en", "UTC");

  expect(format.brief("2026-11-20T09:05:00Z", now).replace(/\s/g, " ")).toBe("9:05 AM");
  expect(format.brief("2026-11-19T09:05:00Z", now)).toBe("Nov 19, 2026");
});

test.each([
  ["en", "2026-11-20T15:59:00Z", "today 11:59 PM"],
  ["es", "2026-11-20T16:00:00Z", "mañana 0:00"],
  ["zh-hans", "2026-11-21T01:30:00Z", "明天 09:30"],
  ["en", "2026-11-22T01:30:00Z", "Nov 22, 2026, 9:30 AM"],
])("what comes soon is told in %s by the dealer's day", (language, moment, told) => {
  expect(formatOf(language, "Asia/Shanghai").soon(moment, now).replace(/\s/g, " ")).toBe(told);
});

test.each([
  ["2026-11-20T12:05:00Z", "in 5 minutes"],
  ["2026-11-20T10:00:00Z", "2 hours ago"],
  ["2026-11-18T12:00:00Z", "2 days ago"],
  ["2026-11-20T12:00:10Z", "now"],
])("%s is %s", (moment, told) => {
  expect(formatOf("en", "UTC").relative(moment, now)).toBe(told);
});

test.each([
  ["en", "CNY", "CN¥1,234.50"],
  ["zh-hans", "CNY", "¥1,234.50"],
  ["es", "EUR", "12.345,60 €"],
  ["es", "CLP", "12.346 CLP"],
  ["en", "", "1,234.50"],
])("an amount is told in %s as %s money", (language, currency, told) => {
  const minor = currency === "EUR" || currency === "CLP" ? 1234560 : 123450;

  expect(formatOf(language, "UTC", currency).money(minor).replace(/\s/g, " ")).toBe(told);
});

test("a calendar day is the same day in every zone", () => {
  expect(formatOf("en", "America/Mexico_City").day("2026-11-20")).toBe("Nov 20, 2026");
});

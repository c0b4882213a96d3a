import { expect, test } from "vitest";
import { momentAt, wallAt } from "./wall";

test.each([
  ["2026-11-20T15:30", "Asia/Shanghai", "2026-11-20T07:30:00.000Z"],
  ["2026-07-01T09:00", "Europe/Madrid", "2026-07-01T07:00:00.000Z"],
  ["2026-12-01T09:00", "Europe/Madrid", "2026-12-01T08:00:00.000Z"],
  ["2026-10-25T12:00", "Europe/Madrid", "2026-10-25T11:00:00.000Z"],
  ["2026-03-29T12:00", "Europe/Madrid", "2026-03-29T10:00:00.000Z"],
])("%s on the clocks of %s is %s", (wall, zone, moment) => {
  expect(momentAt(wall, zone).toISOString()).toBe(moment);
  expect(wallAt(new Date(moment), zone)).toBe(wall);
});

/** Return the moment at which the dealer's clocks show that wall time, "2026-11-20T15:30". */
export function momentAt(wall: string, timeZone: string): Date {
  const asUtc = new Date(`${wall}:00Z`);
  // Twice, because the first guess may lie on the other side of a clock change.
  const guess = new Date(asUtc.getTime() - offsetOf(asUtc, timeZone));
  return new Date(asUtc.getTime() - offsetOf(guess, timeZone));
}

/** Return what the dealer's clocks show at that moment, as such a field takes it. */
export function wallAt(moment: Date, timeZone: string): string {
  return new Date(moment.getTime() + offsetOf(moment, timeZone)).toISOString().slice(0, 16);
}

function offsetOf(moment: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(moment);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return wall - Math.floor(moment.getTime() / 1000) * 1000;
}

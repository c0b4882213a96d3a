import { useTranslation } from "react-i18next";
import { useMaybeMe } from "../app/me";

const DAY_MS = 24 * 3600 * 1000;
// Amounts are kept so, also of currencies that count no cents.
const HUNDREDTHS = 100;
const TWO_DIGITS = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", DAY_MS],
  ["hour", 3600 * 1000],
  ["minute", 60 * 1000],
];

/** Dates, times and numbers in the reader's language and the dealer's time zone. Takes ISO texts or Date. */
export interface Format {
  date: (moment: string | Date) => string;
  time: (moment: string | Date) => string;
  dateTime: (moment: string | Date) => string;
  /** The time where it is today, else the date. */
  brief: (moment: string | Date, now: Date) => string;
  /** "today 16:00", "tomorrow 9:30", else the date and the time. */
  soon: (moment: string | Date, now: Date) => string;
  /** "in 5 minutes", "2 hours ago". */
  relative: (moment: string | Date, now: Date) => string;
  /** A calendar day without a zone, "2026-11-20". */
  day: (day: string) => string;
  number: (value: number) => string;
  /** An amount in hundredths of the dealer's currency; a bare figure where none is set. */
  money: (minor: number) => string;
  /** An amount in hundredths of a currency of its own, down to their hundredths: what messages cost. */
  price: (minor: number, currency: string) => string;
  percent: (share: number) => string;
}

/** Make the formatter of a language and a zone. */
export function formatOf(language: string, timeZone: string | undefined, currency = ""): Format {
  const of = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, { timeZone, ...options });
  const [date, time] = [of({ dateStyle: "medium" }), of({ timeStyle: "short" })];
  const dateTime = of({ dateStyle: "medium", timeStyle: "short" });
  const [day, relative] = [of({ dateStyle: "medium", timeZone: "UTC" }), new Intl.RelativeTimeFormat(language)];
  const byName = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const money = new Intl.NumberFormat(language, currency ? { style: "currency", currency } : TWO_DIGITS);
  const [number, percent] = [new Intl.NumberFormat(language), new Intl.NumberFormat(language, { style: "percent" })];
  return {
    date: (moment) => date.format(new Date(moment)),
    time: (moment) => time.format(new Date(moment)),
    dateTime: (moment) => dateTime.format(new Date(moment)),
    brief: (moment, now) => (date.format(new Date(moment)) === date.format(now) ? time : date).format(new Date(moment)),
    soon: (moment, now) => {
      const named = [0, 1].find((days) => date.format(new Date(moment)) === date.format(now.getTime() + days * DAY_MS));
      return named === undefined
        ? dateTime.format(new Date(moment))
        : `${byName.format(named, "day")} ${time.format(new Date(moment))}`;
    },
    relative: (moment, now) => relativeOf(relative, new Date(moment).getTime() - now.getTime()),
    day: (text) => day.format(new Date(`${text}T00:00:00Z`)),
    number: (value) => number.format(value),
    money: (minor) => money.format(minor / HUNDREDTHS),
    price: (minor, own) =>
      new Intl.NumberFormat(language, { style: "currency", currency: own, maximumFractionDigits: 4 }).format(
        minor / HUNDREDTHS,
      ),
    percent: (share) => percent.format(share),
  };
}

function relativeOf(format: Intl.RelativeTimeFormat, distanceMs: number): string {
  const [unit, size] = UNITS.find(([, ms]) => Math.abs(distanceMs) >= ms) ?? (["minute", 60_000] as const);
  const count = Math.round(distanceMs / size);
  if (count !== 0) return format.format(count, unit);
  // "0 minutes ago" is "now".
  return new Intl.RelativeTimeFormat(format.resolvedOptions().locale, { numeric: "auto" }).format(0, "second");
}

/** Return the formatter of this reader and this dealer. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  const me = useMaybeMe();
  return formatOf(i18n.language, me?.timezone || undefined, me?.currency);
}

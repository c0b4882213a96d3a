import type { Price, Spent } from "./queries";

export type Standing = "now" | "later" | "before";
export interface Row {
  price: Price;
  standing: Standing;
}

const wayOf = (price: Price) => [price.kind, price.account ?? 0, price.country ?? ""].join("|");

/** Put the table in order, way by way, the newest first, and say which row of each way holds today. */
export function rowsOf(prices: readonly Price[], today: string): Row[] {
  const ordered = [...prices].sort(
    (one, other) => wayOf(one).localeCompare(wayOf(other)) || other.from_date.localeCompare(one.from_date),
  );
  const held = new Set<string>();
  return ordered.map((price) => {
    if (price.from_date > today) return { price, standing: "later" };
    const standing = held.has(wayOf(price)) ? "before" : "now";
    held.add(wayOf(price));
    return { price, standing };
  });
}

const AMOUNT = /^\d{1,6}(?:[.,]\d{1,6})?$/;

/** Return an amount in whole units of a currency as the hundredths that are kept; undefined for what is none. */
export function minorOf(amount: string): string | undefined {
  const text = amount.trim();
  return AMOUNT.test(text) ? (Number(text.replace(",", ".")) * 100).toFixed(4) : undefined;
}

export interface Sum {
  name: string;
  currency: string;
  messages: number;
  segments: number;
  charged: number;
  minor: number;
}

/** Add up what was spent by channel or by purpose, each currency for itself. */
export function sumsBy(spent: readonly Spent[], by: "channel" | "purpose"): Sum[] {
  const sums = new Map<string, Sum>();
  for (const one of spent) {
    const key = `${one[by]}|${one.currency}`;
    const sum = sums.get(key) ?? {
      name: one[by],
      currency: one.currency,
      messages: 0,
      segments: 0,
      charged: 0,
      minor: 0,
    };
    sums.set(key, {
      ...sum,
      messages: sum.messages + one.messages,
      segments: sum.segments + one.segments,
      charged: sum.charged + one.charged,
      minor: sum.minor + Number(one.cost_minor),
    });
  }
  return [...sums.values()].sort((one, other) => other.minor - one.minor || one.name.localeCompare(other.name));
}

/** Return the first days of a month and of the next one; `away` counts months from the day's own. */
export function monthOf(today: string, away: number): { from: string; until: string } {
  const [year = 0, month = 1] = today.split("-").map(Number);
  const first = (months: number) => new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
  return { from: first(away), until: first(away + 1) };
}

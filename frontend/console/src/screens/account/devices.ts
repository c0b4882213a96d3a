const SECOND_MS = 1000;

// Names that browsers put into what they say of themselves; the first that fits, for most name others too.
const BROWSERS: readonly (readonly [string, string])[] = [
  ["Edg", "Edge"],
  ["OPR/", "Opera"],
  ["MicroMessenger", "WeChat"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
];
const SYSTEMS: readonly (readonly [string, string])[] = [
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["Windows", "Windows"],
  ["Mac OS", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
];

/** Return what a browser says of itself in two words, "Chrome · Windows"; "" where it names nothing known. */
export function deviceOf(agent: string): string {
  const found = [BROWSERS, SYSTEMS].map((table) => table.find(([mark]) => agent.includes(mark))?.[1]);
  return found.filter(Boolean).join(" · ");
}

/** Return the moment that the sign-in library tells in seconds. */
export const momentOf = (seconds: number): Date => new Date(seconds * SECOND_MS);

// As channels_app/segments.py measures: the same cases hold both.
// The GSM 7-bit default alphabet and its extension. Source: 3GPP TS 23.038, 6.2.1 and 6.2.1.1.
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENSION = new Set("\f^{}\\[~]|€");
// Units of a segment: alone, and as one of several behind a header. Source: 3GPP TS 23.040, 9.2.3.24.1.
const GSM = { alone: 160, ofSeveral: 153 };
const UCS = { alone: 70, ofSeveral: 67 };
// What writing aids put in, and what says the same in the default alphabet. Letters of a language are nobody's to change.
const PLAIN: Record<string, string> = {
  "“": '"',
  "”": '"',
  "„": '"',
  "«": '"',
  "»": '"',
  "‘": "'",
  "’": "'",
  "`": "'",
  "´": "'",
  "–": "-",
  "—": "-",
  "•": "-",
  "…": "...",
  "\t": " ",
  "\u00a0": " ",
  "\u202f": " ",
  "\u200b": "",
};

/** Return how many segments of SMS a text takes, where any letters are wide or only some; an empty one begins none. */
export function segmentsOf(text: string, isWide = false): number {
  const letters = Array.from(text);
  if (letters.length === 0) return 0;
  const isGsm = !isWide && letters.every((letter) => BASIC.has(letter) || EXTENSION.has(letter));
  const widths = letters.map((letter) => (isGsm ? (EXTENSION.has(letter) ? 2 : 1) : letter.length));
  const room = isGsm ? GSM : UCS;
  if (widths.reduce((sum, width) => sum + width, 0) <= room.alone) return 1;
  // A letter of two units is never cut.
  let [count, used] = [1, 0];
  for (const width of widths) {
    if (used + width > room.ofSeveral) [count, used] = [count + 1, 0];
    used += width;
  }
  return count;
}

/** Return the text with plain signs in place of typographic ones, and which signs these are. */
export function plainer(text: string): { text: string; signs: string[] } {
  const letters = Array.from(text);
  return {
    text: letters.map((letter) => PLAIN[letter] ?? letter).join(""),
    signs: [...new Set(letters.filter((letter) => letter in PLAIN))],
  };
}

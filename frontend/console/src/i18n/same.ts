/** Words that are the same in two languages: names, abbreviations, and true look-alikes. Whoever adds one has looked. */
export const SAME: ReadonlySet<string> = new Set([
  "VIN",
  "SMS",
  "PDF",
  "CSV",
  "Excel",
  "No",
  "Error",
  "Telegram",
  "WhatsApp",
  "WeChat",
]);

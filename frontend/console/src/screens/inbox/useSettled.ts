import { useEffect, useState } from "react";

const SETTLE_MS = 250;

/** Return a text once nobody has changed it for a moment: a look-up for each letter would be wasted. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

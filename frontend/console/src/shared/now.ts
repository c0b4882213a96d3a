import { useEffect, useState } from "react";

const MINUTE_MS = 60_000;

/** Return the present moment, looked at anew from time to time: clocks on screen run. */
export function useNow(everyMs = MINUTE_MS): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

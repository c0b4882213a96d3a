import { useEffect, useState } from "react";

/** Return the secret part of a mailed link, and take it out of the address, where somebody could read it. */
export function useSecret(): string {
  // Read purely: what is drawn before its texts have come is thrown away, and read once more.
  const [secret] = useState(() => location.hash.slice(1));
  useEffect(() => history.replaceState(history.state, "", location.pathname + location.search), []);
  return secret;
}

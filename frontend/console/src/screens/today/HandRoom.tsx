import { createContext, type ReactNode, useContext } from "react";
import { type Hand, useHand } from "./useHand";

const HandContext = createContext<Hand | undefined>(undefined);

/** Keeps the task in hand while its person looks at the owner's file, the car or the conversation. */
export function HandRoom({ children }: { children: ReactNode }) {
  return <HandContext value={useHand()}>{children}</HandContext>;
}

/** Return the task in hand, and what may be done with it. */
export function useInHand(): Hand {
  const hand = useContext(HandContext);
  if (!hand) throw new Error("outside the HandRoom");
  return hand;
}

import { lazy, type ReactNode, Suspense, useState } from "react";
import { ConfirmationNeeded } from "../../api/allauth";
import { GivenUp, Problem } from "../../api/problem";
import type { Confirmed } from "./queries";

// Lists, too, ask for it, once in a while: neither its script nor its words come before that.
const Confirm = lazy(() => import("./Confirm"));

const isNeeded = (error: unknown): boolean =>
  error instanceof ConfirmationNeeded || (error instanceof Problem && error.code === "confirmation_needed");

/**
 * Return how to ask for what needs a confirmation, and the place where it is asked for. What was asked is repeated
 * once the person has confirmed. Rejects with GivenUp where they do not.
 */
export function useConfirmation(): { confirmed: Confirmed; box: ReactNode } {
  const [settle, setSettle] = useState<((isConfirmed: boolean) => void) | null>(null);
  const confirmed: Confirmed = async (ask) => {
    try {
      return await ask();
    } catch (error) {
      if (!isNeeded(error)) throw error;
      const isConfirmed = await new Promise<boolean>((resolve) => setSettle(() => resolve));
      setSettle(null);
      if (!isConfirmed) throw new GivenUp();
      return ask();
    }
  };
  const box = settle && (
    <Suspense fallback={null}>
      <Confirm onDone={() => settle(true)} onGiveUp={() => settle(false)} />
    </Suspense>
  );
  return { confirmed, box };
}

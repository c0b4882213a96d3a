import { type RefObject, useLayoutEffect, useRef } from "react";

/** Return the place of what opens something: it has the focus again as soon as that has closed.
 *
 * In the drawing that closes it, not in a later frame, where somebody may write elsewhere by then; whoever has gone on
 * to another place stays there.
 */
export function useOpener(isOpen: boolean): RefObject<HTMLButtonElement | null> {
  const opener = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(isOpen);
  useLayoutEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (wasOpen.current && !isOpen && isLost) opener.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  return opener;
}

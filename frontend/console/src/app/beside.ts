import { useState } from "react";
import { useMay, useMe } from "./me";

const KEPT = "aftercare.simulator";

/** Return whether the simulator is offered and open, and how to open or close it. */
export function useBeside(): { isOffered: boolean; isOpen: boolean; toggle: () => void } {
  const may = useMay();
  const isOffered = useMe().is_demo && may("simulator.use");
  const [isOpen, setOpen] = useState(() => localStorage.getItem(KEPT) === "open");
  const toggle = () => {
    localStorage.setItem(KEPT, isOpen ? "closed" : "open");
    setOpen(!isOpen);
  };
  return { isOffered, isOpen: isOffered && isOpen, toggle };
}

type Listener = () => void;

// Told to the other tabs of this browser: somebody signed out on purpose. Holds nothing but when.
const LEFT = "aftercare.left";

const enders = new Set<Listener>();
const returners = new Set<Listener>();

/** Tell whoever shows the page that the server knows us no more; returns whether anybody does. */
export function sessionEnded(): boolean {
  enders.forEach((listener) => listener());
  return enders.size > 0;
}

/** Hear of the end of the session; returns how to stop hearing. */
export const onSessionEnded = (listener: Listener): Listener => heard(enders, listener);

/** Tell whoever waits that somebody has signed in again. */
export const sessionIsBack = (): void => returners.forEach((listener) => listener());

/** Hear of that; returns how to stop hearing. */
export const onSessionBack = (listener: Listener): Listener => heard(returners, listener);

/** Tell the other tabs that somebody left on purpose: what they show is meant for nobody any more. */
export const leaveEverywhere = (): void => localStorage.setItem(LEFT, new Date().toISOString());

/** Hear of that from another tab; returns how to stop hearing. */
export function onLeftElsewhere(listener: Listener): Listener {
  const hear = ({ key, newValue }: StorageEvent) => {
    if (key === LEFT && newValue !== null) listener();
  };
  addEventListener("storage", hear);
  return () => removeEventListener("storage", hear);
}

function heard(listeners: Set<Listener>, listener: Listener): Listener {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

import type { ReactNode } from "react";
import { NoPermission } from "../shared/States";
import { useMay } from "./me";

/** Shows a screen to those whose post includes it. The API asks again at every call. */
export function Guarded({ action, children }: { action: string | undefined; children: ReactNode }) {
  return action === undefined ? children : <Asked action={action}>{children}</Asked>;
}

function Asked({ action, children }: { action: string; children: ReactNode }) {
  return useMay()(action) ? children : <NoPermission />;
}

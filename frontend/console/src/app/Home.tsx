import { Navigate } from "react-router";
import { useMay } from "./me";
import { SCREENS } from "./screens";

/** Leads to the first screen that is this person's. */
export function Home() {
  const may = useMay();
  const first = SCREENS.find(({ nav, action }) => nav !== undefined && (action === undefined || may(action)));
  return <Navigate to={`/${first?.path ?? "account"}`} replace />;
}

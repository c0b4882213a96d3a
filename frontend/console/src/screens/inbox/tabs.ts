import { useParams, useSearchParams } from "react-router";
import type { paths } from "../../api/schema";

export type Tab = NonNullable<NonNullable<paths["/api/v1/conversations/"]["get"]["parameters"]["query"]>["tab"]>;
export const TABS: readonly Tab[] = ["waiting", "mine", "unassigned", "flow", "closed", "all"];

/** Where one is in the inbox: all of it stands in the address, but never what was searched for. */
export function usePlace(): {
  tab: Tab;
  id: number | null;
  toTab: (tab: Tab) => string;
  toTalk: (id: number) => string;
  toList: string;
} {
  const [words] = useSearchParams();
  const { id } = useParams();
  const tab = TABS.find((one) => one === words.get("tab")) ?? "waiting";
  const number = Number(id);
  return {
    tab,
    id: Number.isSafeInteger(number) && number > 0 ? number : null,
    toTab: (other) => `/inbox?tab=${other}`,
    toTalk: (talk) => `/inbox/${talk}?tab=${tab}`,
    toList: `/inbox?tab=${tab}`,
  };
}

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answer, api } from "../api/client";
import type { components } from "../api/schema";
import { useTexts } from "../i18n";
import { useMay } from "./me";
import { useEntries } from "./Navigation";

/** Something the palette leads to. */
export interface Find {
  to: string;
  text: string;
  note: string;
}
type Hit = components["schemas"]["HitShape"];

const PAUSE_MS = 200;
const MOST = 8;

/** Return the pages and files that a text may mean. */
export function useFound(text: string): { finds: Find[]; isLooking: boolean; error: Error | null } {
  const pages = usePages(text.trim());
  const asked = useCalm(text.trim());
  const canSearch = useMay()("customers.read") && asked !== "";
  const { data, isFetching, error } = useQuery({
    queryKey: ["search", asked],
    queryFn: ({ signal }) => answer(api.POST("/api/v1/search/", { body: { text: asked, limit: MOST }, signal })),
    enabled: canSearch,
    gcTime: 0, // what was looked for stays in no cache
  });
  const by = useFoundBy(asked);
  const found = canSearch && data ? Object.values(data).flatMap((page) => page?.hits ?? []) : [];
  const files = found.map((hit) => findOf(hit, by(hit.kind)));
  return { finds: unique([...pages, ...files]), isLooking: isFetching || asked !== text.trim(), error };
}

function usePages(text: string): Find[] {
  const { t } = useTexts("app");
  return useEntries()
    .map(({ path, nav }) => ({ to: `/${path}`, text: t(`nav.${nav}`), note: t("palette.page") }))
    .filter((page) => page.text.toLowerCase().includes(text.toLowerCase()));
}

/** Return how it is said by what a hit was found; of a number no more is shown than was typed. */
function useFoundBy(asked: string): (kind: string) => string {
  const { t } = useTexts("app");
  const ending = asked.replace(/\D/g, "").slice(-4);
  return (kind) => (isKind(kind) ? t(`palette.by.${kind}`, { ending }) : "");
}

const KINDS = ["PLATE", "VIN", "PHONE", "NAME", "ORDER"] as const;
const isKind = (kind: string): kind is (typeof KINDS)[number] => (KINDS as readonly string[]).includes(kind);

/** A car's file when the hit is a car; else the person's. */
function findOf(hit: Hit, by: string): Find {
  const to = hit.vehicle_id !== null ? `/vehicles/${hit.vehicle_id}` : `/customers/${hit.customer_id}`;
  const [text, ...rest] = [hit.plate, hit.customer_name, hit.model, hit.vin].filter(Boolean);
  return { to, text: text ?? to, note: [...rest, by].filter(Boolean).join(" · ") };
}

const unique = (finds: Find[]) => [...new Map(finds.map((find) => [find.to, find])).values()];

/** Return the text once nobody has typed for a moment. */
export function useCalm(text: string): string {
  const [calm, setCalm] = useState(text);
  useEffect(() => {
    const waiting = setTimeout(() => setCalm(text), PAUSE_MS);
    return () => clearTimeout(waiting);
  }, [text]);
  return calm;
}

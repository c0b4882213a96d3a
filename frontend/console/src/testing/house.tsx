import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { ConfigProvider } from "antd";
import { type ReactNode, Suspense } from "react";
import { createMemoryRouter, type RouteObject } from "react-router";
import { RouterProvider } from "react-router/dom";
import { vi } from "vitest";
import { KeyMap } from "../app/KeyMap";
import type { Me } from "../app/me";
import { createQueryClient } from "../app/queryClient";
import { SayRoom } from "../app/Say";
import { loadTexts, startTexts } from "../i18n";
import type { Language } from "../i18n/languages";
import type { Namespace } from "../i18n/resources";

/** Clara, as the API describes her to herself. */
export const CLARA: Me = {
  id: 1,
  name: "Clara",
  email: "clara@north.example",
  role: "COC_DIRECTOR",
  language: "en",
  dealer: "north",
  dealer_shown_name: "North Motors",
  timezone: "Asia/Shanghai",
  country: "CN",
  currency: "CNY",
  accent: "#2f6f9f",
  is_demo: true,
  actions: [],
  csrf_token: "token",
};

type Answer = unknown | ((request: Request) => unknown);

/** Answer calls of the page: by "GET /api/v1/me/", without what follows a "?". A Response is answered as it is. */
export function serve(answers: Record<string, Answer>) {
  const served = vi.fn(async (input: RequestInfo | URL) => {
    const request = input instanceof Request ? input : new Request(input);
    const call = `${request.method} ${new URL(request.url).pathname}`;
    if (!(call in answers)) throw new Error(`nothing answers ${call}`);
    const found = answers[call];
    const told: unknown = typeof found === "function" ? await (found as (request: Request) => unknown)(request) : found;
    return told instanceof Response ? told.clone() : Response.json(told);
  });
  vi.stubGlobal("fetch", served);
  return served;
}

/** A refusal as the API words it. */
export const refusal = (status: number, detail: string, code = "refused") =>
  new Response(JSON.stringify({ type: "about:blank", title: detail, status, code, detail }), {
    status,
    headers: { "Content-Type": "application/problem+json" },
  });

interface Wishes {
  texts: Namespace;
  language?: Language;
  me?: Partial<Me>;
  at?: string;
  path?: string;
  routes?: RouteObject[];
}

/** Show a part as it stands in the console: with texts, data, keys, an address, and Clara signed in. */
export async function show(part: ReactNode, { texts, language = "en", me, at = "/", path = "/", routes = [] }: Wishes) {
  document.documentElement.lang = language;
  await startTexts();
  await loadTexts(texts);
  const client = createQueryClient(() => undefined);
  client.setDefaultOptions({ queries: { retry: false, staleTime: 60_000 } });
  client.setQueryData(["me"], { ...CLARA, ...me });
  const router = createMemoryRouter([{ path, element: part }, ...routes], { initialEntries: [at] });
  const shown = render(
    <ConfigProvider theme={{ token: { motion: false } }}>
      <SayRoom>
        <QueryClientProvider client={client}>
          <KeyMap>
            <Suspense>
              <RouterProvider router={router} />
            </Suspense>
          </KeyMap>
        </QueryClientProvider>
      </SayRoom>
    </ConfigProvider>,
  );
  return { ...shown, client, router };
}

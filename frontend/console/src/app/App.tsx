import { QueryClientProvider } from "@tanstack/react-query";
import { ConfigProvider } from "antd";
import { Suspense, useEffect, useMemo, useState } from "react";
import { RouterProvider } from "react-router/dom";
import { sentenceOf } from "../shared/problems";
import { useTexts } from "../i18n";
import { KeyMap } from "./KeyMap";
import { useLibraryWords } from "./libraryWords";
import { useMaybeMe } from "./me";
import { nonce } from "./page";
import { createQueryClient } from "./queryClient";
import { createRouter } from "./router";
import { SayRoom, useSay } from "./Say";
import { themeOf, useMode } from "./theme";
import { Waiting } from "./Waiting";

const CALM = "#2f6f9f";

/** The whole console. */
export function App() {
  return (
    <Looks>
      <SayRoom>
        <Data>
          <KeyMap>
            <Pages />
          </KeyMap>
        </Data>
      </SayRoom>
    </Looks>
  );
}

// The accent is known only inside the data, which itself needs the look to say what failed.
let tellAccent: (accent: string) => void = () => undefined;

function Looks({ children }: { children: React.ReactNode }) {
  const [accent, setAccent] = useState(CALM);
  const { isDark } = useMode();
  const words = useLibraryWords();
  useEffect(() => {
    tellAccent = setAccent;
    document.documentElement.dataset.mode = isDark ? "dark" : "light";
  }, [isDark]);
  const look = useMemo(() => themeOf(isDark, accent), [isDark, accent]);
  return (
    <ConfigProvider
      theme={look}
      locale={words}
      csp={{ nonce: nonce() }}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
    >
      {children}
    </ConfigProvider>
  );
}

function Data({ children }: { children: React.ReactNode }) {
  const say = useSay();
  const { t } = useTexts("shared");
  const [client] = useState(() => createQueryClient((error) => say.failed(sentenceOf(error, t))));
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

function Pages() {
  const [router] = useState(createRouter);
  const accent = useMaybeMe()?.accent;
  useEffect(() => tellAccent(accent || CALM), [accent]);
  return (
    <Suspense fallback={<Waiting />}>
      <RouterProvider router={router} />
    </Suspense>
  );
}

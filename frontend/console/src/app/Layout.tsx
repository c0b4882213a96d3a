import { lazy, Suspense, useState } from "react";
import { Outlet } from "react-router";
import { useTexts } from "../i18n";
import { LiveProvider } from "../live/LiveProvider";
import { HandBar } from "../screens/today/HandBar";
import { HandRoom } from "../screens/today/HandRoom";
import { Banners } from "./Banners";
import { useBeside } from "./beside";
import { useKeys } from "./keys";
import { useMe } from "./me";
import { Navigation, useNavigationKeys } from "./Navigation";
import { TopBar } from "./TopBar";
import { useArrival } from "./useArrival";
import { Waiting } from "./Waiting";

const Palette = lazy(() => import("./Palette"));
const Simulator = lazy(() => import("./Simulator"));

/** The frame around every screen of somebody signed in. */
export function Layout() {
  const { t } = useTexts("app");
  const [isPalette, setPalette] = useState(false);
  const isDealer = useMe().dealer !== null;
  const beside = useBeside();
  useArrival();
  useNavigationKeys();
  useKeys(t("keys.everywhere"), [
    { key: "mod+k", text: t("palette.open"), run: () => setPalette(true), isAlways: true },
    { key: "/", text: t("palette.open"), run: () => setPalette(true) },
    ...(beside.isOffered ? [{ key: "mod+.", text: t("simulator.title"), run: beside.toggle, isAlways: true }] : []),
  ]);
  return (
    <LiveProvider isOn={isDealer}>
      <div className="frame" data-beside={beside.isOpen || undefined}>
        <a className="skip" href="#main">
          {t("skip")}
        </a>
        <TopBar onSearch={() => setPalette(true)} beside={beside} />
        <Navigation />
        <main id="main" tabIndex={-1}>
          <Banners />
          <HandRoom>
            <HandBar />
            <Suspense fallback={<Waiting />}>
              <Outlet />
            </Suspense>
          </HandRoom>
        </main>
        <Suspense>{beside.isOpen && <Simulator />}</Suspense>
      </div>
      <Suspense>{isPalette && <Palette onClose={() => setPalette(false)} />}</Suspense>
    </LiveProvider>
  );
}

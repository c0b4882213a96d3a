import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { matchPath, useLocation } from "react-router";
import { useMaybeMe } from "./me";
import { SCREENS } from "./screens";

/** Name the window after the screen, and put the focus where the screen begins when one comes from another. */
export function useArrival(): void {
  const { pathname } = useLocation();
  const { i18n } = useTranslation();
  const place = useMaybeMe()?.dealer_shown_name;
  const screen = SCREENS.find(({ path }) => matchPath(`/${path}`, pathname));
  const before = useRef(screen);
  const texts = screen?.texts;
  const name = texts && i18n.exists("title", { ns: texts }) ? i18n.t("title", { ns: texts }) : "";
  useEffect(() => {
    document.title = [name, place, "Aftercare"].filter(Boolean).join(" · ");
  }, [name, place]);
  useEffect(() => {
    if (before.current !== screen && document.activeElement?.closest("main, dialog") === null) {
      document.getElementById("main")?.focus({ preventScroll: true });
    }
    before.current = screen;
  }, [screen]);
}

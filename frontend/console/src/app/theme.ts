import { theme, type ThemeConfig } from "antd";
import { useSyncExternalStore } from "react";

export const MODES = ["system", "light", "dark"] as const;
export type Mode = (typeof MODES)[number];

const KEPT = "aftercare.mode";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

const isMode = (word: string | null): word is Mode => MODES.some((mode) => mode === word);

/** Return what the person chose: a mode, or to follow the system. */
export function chosenMode(): Mode {
  const kept = localStorage.getItem(KEPT);
  return isMode(kept) ? kept : "system";
}

/** Show everything in this mode from now on. */
export function chooseMode(mode: Mode): void {
  localStorage.setItem(KEPT, mode);
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  system.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", listener);
  };
}

const isDarkNow = () => (chosenMode() === "system" ? system.matches : chosenMode() === "dark");

/** Return the chosen mode and whether it is dark now. */
export function useMode(): { mode: Mode; isDark: boolean } {
  const isDark = useSyncExternalStore(subscribe, isDarkNow);
  const mode = useSyncExternalStore(subscribe, chosenMode);
  return { mode, isDark };
}

// The library's quiet greys are below the contrast of 4.5 that small text needs on white and on black.
const READABLE = {
  light: {
    colorTextTertiary: "#5f6670",
    colorTextQuaternary: "#646b75",
    colorTextPlaceholder: "#646b75",
    colorTextDescription: "#5f6670",
    colorTextDisabled: "#6b7280",
  },
  dark: {
    colorTextTertiary: "#a6adb8",
    colorTextQuaternary: "#9aa1ac",
    colorTextPlaceholder: "#9aa1ac",
    colorTextDescription: "#a6adb8",
    colorTextDisabled: "#8d949f",
    colorBgContainer: "#181d23",
    colorBgElevated: "#1f252c",
    colorBgLayout: "#101418",
    colorBorder: "#3d4650",
    colorBorderSecondary: "#333b44",
  },
};

// Its red is too pale for words on white, and too dull for words on black; what stands on it is read as well.
const DANGER = {
  light: { colorError: "#b42318", colorErrorHover: "#8f100b", colorErrorActive: "#8f100b", dangerColor: "#ffffff" },
  dark: { colorError: "#ff8f85", colorErrorHover: "#ffa39e", colorErrorActive: "#ff8f85", dangerColor: "#101418" },
};

/** Return the look: the library's own, with one calm colour of the brand. */
export function themeOf(isDark: boolean, accent: string): ThemeConfig {
  const look = {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    hashed: false,
    token: { colorPrimary: accent, colorLink: accent, borderRadius: 6, ...(isDark ? READABLE.dark : READABLE.light) },
  };
  // The library lightens what the pointer is on, or takes the brand's colour for its words, and they fade.
  const { colorPrimaryActive, colorText } = theme.getDesignToken(look);
  const danger = isDark ? DANGER.dark : DANGER.light;
  return {
    ...look,
    components: { Button: { colorPrimaryHover: colorPrimaryActive, defaultHoverColor: colorText, ...danger } },
  };
}

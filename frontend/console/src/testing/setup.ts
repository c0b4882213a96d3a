import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// React asks for this word before it lets tests wait for its work.
Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
afterEach(() => {
  cleanup();
  document.cookie = "django_language=; max-age=0; path=/";
  document.documentElement.lang = "en";
});

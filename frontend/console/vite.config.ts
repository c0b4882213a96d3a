/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./build/compressed.ts";

// The product serves what this makes: names carry a hash of what is inside, so browsers keep them for good.
export default defineConfig({
  base: "/static/console/",
  plugins: [react(), compressed()],
  build: {
    manifest: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the policy of our pages allows no data: scripts or styles
    rolldownOptions: { input: "src/main.tsx" },
  },
  test: { environment: "happy-dom", setupFiles: ["src/testing/setup.ts"], include: ["src/**/*.test.{ts,tsx}"] },
});

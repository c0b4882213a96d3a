import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { show } from "../testing/house";
import { Broken } from "./Broken";

test("a screen whose script is gone says that a newer version is here", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const lazy = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module: /x.js"));
  await show(<p>here</p>, {
    texts: "app",
    at: "/gone",
    routes: [{ path: "/gone", errorElement: <Broken />, lazy }],
  });

  expect(await screen.findByText("A newer version is here.")).toBeTruthy();
});

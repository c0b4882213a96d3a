import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { refusal, serve, show } from "../../testing/house";
import { Keeper } from "./Keeper";

const KEPT = {
  keeper: 1,
  choices: [
    { id: 1, name: "Clara" },
    { id: 2, name: "Boris" },
  ],
  allowed: ["keep"],
};
const house = (more: Record<string, unknown> = {}) => serve({ "GET /api/v1/customers/7/keeper/": KEPT, ...more });
const arrive = () => show(<Keeper customerId={7} />, { texts: "customer" });
const chosen = async () => screen.findByRole<HTMLSelectElement>("combobox", { name: "Keeper of the file" });

test("a file is given to another keeper", async () => {
  const fetch = house({ "POST /api/v1/customers/7/keep/": { ...KEPT, keeper: 2 } });
  await arrive();

  await userEvent.selectOptions(await chosen(), "Boris");

  const calls = fetch.mock.calls.map(([call]) => call as Request);
  expect(calls.some(({ method, url }) => method === "POST" && url.endsWith("/keep/"))).toBe(true);
});

test("a refusal stands beside it", async () => {
  house({ "POST /api/v1/customers/7/keep/": refusal(422, "Nobody of this number keeps files here.") });
  await arrive();

  await userEvent.selectOptions(await chosen(), "Boris");

  expect((await screen.findByRole("alert")).textContent).toBe("Nobody of this number keeps files here.");
});

test("who may only look reads the name", async () => {
  house({ "GET /api/v1/customers/7/keeper/": { ...KEPT, allowed: [] } });
  await arrive();

  expect(await screen.findByText("Clara")).toBeTruthy();
  expect(screen.queryByRole("combobox")).toBeNull();
});

test("a keeper who has left is said", async () => {
  house({ "GET /api/v1/customers/7/keeper/": { ...KEPT, keeper: 9, allowed: [] } });
  await arrive();

  expect(await screen.findByText("Somebody who has left")).toBeTruthy();
});

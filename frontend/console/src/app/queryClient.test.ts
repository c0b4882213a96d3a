import { expect, test } from "vitest";
import { Problem } from "../api/problem";
import { createQueryClient } from "./queryClient";

test.each([
  [404, false],
  [400, false],
  [429, true],
  [503, true],
])("what is answered by %s is asked again: %s", (status, isAgain) => {
  const retry = createQueryClient(() => undefined).getDefaultOptions().queries?.retry;
  const again = (failures: number) => typeof retry === "function" && retry(failures, new Problem(status, {}));

  expect(again(0)).toBe(isAgain);
  expect(again(2)).toBe(false);
});

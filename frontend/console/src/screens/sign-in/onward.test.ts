import { expect, test } from "vitest";
import { onward } from "./onward";

test.each([
  ["?next=%2Finbox%2F7%3Ftab%3Dnotes", "/inbox/7?tab=notes"],
  ["?next=%2Fsimulator%2F", "/simulator/"],
  ["", "/"],
  ["?next=", "/"],
  ["?next=https%3A%2F%2Fevil.example%2F", "/"],
  ["?next=%2F%2Fevil.example", "/"],
  ["?next=%2F%5Cevil.example", "/"],
  ["?next=%5C%5Cevil.example", "/"],
  ["?next=javascript%3Aalert(1)", "/"],
  ["?next=%20https%3A%2F%2Fevil.example", "/"],
  ["?next=%2F%09%2Fevil.example", "/"],
  ["?next=http%3A%2F%2F%2Fevil.example", "/"],
  ["?next=%2Fsign-in", "/"],
])("%s leads to %s", (search, expected) => {
  expect(onward(search)).toBe(expected);
});

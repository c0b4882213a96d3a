import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { show } from "../testing/house";
import { type Key, useKeys } from "./keys";

function Part({ keys }: { keys: Key[] }) {
  useKeys("Here", keys);
  return (
    <>
      <input aria-label="text" />
      <button type="button">press</button>
    </>
  );
}
const press = (key: string, from: Element = document.body, more = {}) => fireEvent.keyDown(from, { key, ...more });

test("a key works, but not while somebody writes", async () => {
  const run = vi.fn();
  await show(<Part keys={[{ key: "j", text: "Next", run }]} />, { texts: "app" });

  press("j");
  press("j", screen.getByLabelText("text"));

  expect(run).toHaveBeenCalledTimes(1);
});

test("two keys one after the other are one word", async () => {
  const run = vi.fn();
  await show(<Part keys={[{ key: "g t", text: "Today", run }]} />, { texts: "app" });

  press("t");
  press("g");
  press("t");

  expect(run).toHaveBeenCalledTimes(1);
});

test("a key that works always works in a field too", async () => {
  const run = vi.fn();
  await show(<Part keys={[{ key: "mod+k", text: "Search", run, isAlways: true }]} />, { texts: "app" });

  press("k", screen.getByLabelText("text"), { ctrlKey: true });

  expect(run).toHaveBeenCalledTimes(1);
});

test("Enter on a button is the button's", async () => {
  const run = vi.fn();
  await show(<Part keys={[{ key: "Enter", text: "Open", run }]} />, { texts: "app" });

  press("Enter", screen.getByRole("button"));
  expect(run).not.toHaveBeenCalled();

  press("Enter");
  expect(run).toHaveBeenCalledTimes(1);
});

test("the question mark shows what keys there are", async () => {
  await show(<Part keys={[{ key: "j", text: "To the next", run: vi.fn() }]} />, { texts: "app" });

  press("?");

  expect(await screen.findByText("To the next")).toBeTruthy();
});

test("no key of the screen works while a dialog lies over it, nor the one that closes it", async () => {
  const run = vi.fn();
  const keys = ["1", "Escape"].map((key) => ({ key, text: `Do ${key}`, run }));
  await show(<Part keys={keys} />, { texts: "app" });
  press("?");
  const dialog = await screen.findByRole("dialog");

  press("1");
  press("1", dialog);
  press("Escape", dialog, { keyCode: 27 });
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(run).not.toHaveBeenCalled();

  press("1");
  expect(run).toHaveBeenCalledTimes(1);
});

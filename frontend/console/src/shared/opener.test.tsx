import { act, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test } from "vitest";
import { useOpener } from "./opener";

function Parts() {
  const [isOpen, setOpen] = useState(false);
  const opener = useOpener(isOpen);
  return (
    <>
      {isOpen ? (
        <input aria-label="inside" autoFocus onKeyDown={() => setOpen(false)} />
      ) : (
        <button ref={opener} onClick={() => setOpen(true)}>
          open
        </button>
      )}
      <input aria-label="elsewhere" onFocus={() => setOpen(false)} />
    </>
  );
}

test("what opened something has the focus in the same breath as it closes, and none before", () => {
  render(<Parts />);
  expect(document.activeElement).toBe(document.body);

  fireEvent.click(screen.getByText("open"));
  expect(document.activeElement).toBe(screen.getByLabelText("inside"));
  fireEvent.keyDown(screen.getByLabelText("inside"), { key: "Escape" });

  expect(document.activeElement).toBe(screen.getByText("open"));
});

test("whoever went on to another place stays there", () => {
  render(<Parts />);
  fireEvent.click(screen.getByText("open"));

  act(() => screen.getByLabelText("elsewhere").focus());

  expect(screen.getByText("open")).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText("elsewhere"));
});

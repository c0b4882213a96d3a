import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Clock, clockOf } from "./Clock";

test.each([
  ["9", "09:00"],
  ["930", "09:30"],
  ["20:30", "20:30"],
  ["8.15", "08:15"],
  ["24:00", "24:00"],
  ["25:00", undefined],
  ["9:75", undefined],
  ["late", undefined],
])("%s is %s", (text, clock) => {
  expect(clockOf(text)).toBe(clock);
});

test("a time is told when its field is left, and what is none is put back", async () => {
  const onChange = vi.fn();
  render(<Clock label="From" value="21:00" onChange={onChange} />);
  const field = screen.getByLabelText("From");

  await userEvent.clear(field);
  await userEvent.type(field, "20{Tab}");
  await userEvent.clear(field);
  await userEvent.type(field, "late{Tab}");

  expect(onChange.mock.calls).toEqual([["20:00"]]);
  expect((field as HTMLInputElement).value).toBe("21:00");
});

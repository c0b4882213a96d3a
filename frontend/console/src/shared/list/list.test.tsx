import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { refusal, serve, show } from "../../testing/house";
import { Problem } from "../../api/problem";
import { loadTexts } from "../../i18n";
import { ColumnChoice } from "./ColumnChoice";
import { Export } from "./Export";
import { Heads } from "./Heads";
import { useColumns } from "./useColumns";
import { known, useWords } from "./words";

const ALL = ["name", "seen", "gaps"] as const;
const here = { texts: "shared" as const, me: { actions: ["exports.create"] } };

function Table({ list = "people" }: { list?: string }) {
  const columns = useColumns(list, ALL, ["name", "seen"]);
  const [{ order }, change] = useWords(["order"] as const);
  const nameOf = (column: (typeof ALL)[number]) => column.toUpperCase();
  return (
    <>
      <ColumnChoice columns={columns} nameOf={nameOf} />
      <table>
        <thead>
          <tr>
            <Heads
              columns={columns.shown}
              nameOf={nameOf}
              orders={{ name: "name" }}
              order={order}
              onOrder={(next) => change("order", next)}
            />
          </tr>
        </thead>
      </table>
    </>
  );
}
const heads = () => screen.getAllByRole("columnheader").map((head) => head.textContent.slice(0, 4));

beforeEach(() => localStorage.clear());

test("a column is chosen, kept for this person and this list, and stands in its own place", async () => {
  const first = await show(<Table />, here);
  expect(heads()).toEqual(["NAME", "SEEN"]);

  fireEvent.click(screen.getByRole("checkbox", { name: "GAPS" }));
  fireEvent.click(screen.getByRole("checkbox", { name: "SEEN" }));
  fireEvent.click(screen.getByRole("checkbox", { name: "SEEN" }));
  expect(heads()).toEqual(["NAME", "SEEN", "GAPS"]);
  first.unmount();

  const again = await show(<Table />, here);
  expect(heads()).toEqual(["NAME", "SEEN", "GAPS"]);
  again.unmount();
  const other = await show(<Table list="cars" />, here);
  expect(heads()).toEqual(["NAME", "SEEN"]);
  other.unmount();
  await show(<Table />, { ...here, me: { id: 2 } });
  expect(heads()).toEqual(["NAME", "SEEN"]);
});

test("what a row is about cannot be taken away", async () => {
  await show(<Table />, here);

  expect(screen.queryByRole("checkbox", { name: "NAME" })).toBeNull();
});

test("what is kept there and none of ours is passed over", async () => {
  localStorage.setItem("columns/1/people", '["gaps", "no such column"]');
  const first = await show(<Table />, here);
  expect(heads()).toEqual(["NAME", "GAPS"]);
  first.unmount();

  localStorage.setItem("columns/1/people", "{broken");
  await show(<Table />, here);
  expect(heads()).toEqual(["NAME", "SEEN"]);
});

test("one press puts in order, the next turns it round, the third gives it up", async () => {
  const { router } = await show(<Table />, here);
  const head = screen.getByRole("columnheader", { name: /NAME/ });
  expect(head.getAttribute("aria-sort")).toBe("none");
  expect(screen.getByRole("columnheader", { name: "SEEN" }).hasAttribute("aria-sort")).toBe(false);

  const press = async () => {
    fireEvent.click(screen.getByRole("button", { name: "NAME" }));
    await waitFor(() => expect(router.state.navigation.state).toBe("idle"));
    return [router.state.location.search, screen.getByRole("columnheader", { name: /NAME/ }).getAttribute("aria-sort")];
  };

  expect(await press()).toEqual(["?order=name", "ascending"]);
  expect(await press()).toEqual(["?order=-name", "descending"]);
  expect(await press()).toEqual(["", "none"]);
});

test("the address is read, and words that are none of ours are left out", () => {
  expect([known(["a", "b"], "b"), known(["a", "b"], "c")]).toEqual(["b", undefined]);
});

test("who may not carry lists away sees no button", async () => {
  await show(<Export name="people" columns={["name"]} ask={() => Promise.resolve(new Blob())} />, {
    ...here,
    me: { actions: [] },
  });

  expect(screen.queryByRole("button")).toBeNull();
});

test("a file is asked for once more after confirming, with the columns that stand", async () => {
  URL.createObjectURL = vi.fn(() => "blob:x");
  serve({
    "GET /_allauth/browser/v1/account/authenticators": { status: 200, data: [] },
    "POST /_allauth/browser/v1/auth/reauthenticate": { status: 200 },
  });
  const asked: unknown[] = [];
  const ask = (wish: unknown) => {
    asked.push(wish);
    return asked.length === 1
      ? Promise.reject(new Problem(403, { code: "confirmation_needed" }))
      : Promise.resolve(new Blob(["x"]));
  };
  await loadTexts("account");
  await show(<Export name="people" columns={["name", "seen"]} ask={ask} />, here);

  fireEvent.click(screen.getByRole("button", { name: "Excel" }));
  await userEvent.type(await screen.findByLabelText("Your present password"), "the old one{Enter}");

  expect(await screen.findByText(/The file is saved/)).toBeTruthy();
  expect(asked).toEqual(Array(2).fill({ form: "xlsx", columns: ["name", "seen"] }));
  expect(URL.createObjectURL).toHaveBeenCalledTimes(1);
});

test("a refusal is told beside the button", async () => {
  const refused = refusal(429, "Too many files; wait a moment.");
  const ask = async () => {
    throw new Problem(429, (await refused.json()) as object);
  };
  await show(<Export name="people" columns={["name"]} ask={ask} />, here);

  fireEvent.click(screen.getByRole("button", { name: "CSV" }));

  expect(await screen.findByText("Too many files; wait a moment.")).toBeTruthy();
});

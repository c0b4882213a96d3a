import { useTexts } from "../../i18n";
import type { Change } from "./queries";
import { useValue, useWord } from "./words";

type What = Pick<Change, "field" | "before" | "after">;

/** One field that changed: what stood there before, where anything did, and what stands there now. */
export function Changed({ change: { field, before, after } }: { change: What }) {
  const { t } = useTexts("file");
  const word = useWord();
  const value = useValue();
  return (
    <>
      {word("fields", field)}:{" "}
      {before && (
        <>
          <del>{value(field, before)}</del> <span aria-hidden>→</span>{" "}
        </>
      )}
      <ins>{value(field, after) || t("values.empty")}</ins>
    </>
  );
}

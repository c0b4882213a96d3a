import { type KeyboardEvent, useRef } from "react";
import { useTexts } from "../../i18n";
import "./list.css";
import type { Columns } from "./useColumns";

interface Parts<K extends string> {
  columns: Columns<K>;
  nameOf: (column: K) => string;
}

/** Which columns one wants to see. The first one says what a row is about, and stays. */
export function ColumnChoice<K extends string>({ columns, nameOf }: Parts<K>) {
  const { t } = useTexts("shared");
  const box = useRef<HTMLDetailsElement>(null);
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !box.current?.open) return;
    event.stopPropagation();
    box.current.open = false;
    box.current.querySelector("summary")?.focus();
  };
  return (
    <details className="list-columns" ref={box} onKeyDown={onKey}>
      <summary>{t("list.columns")}</summary>
      <fieldset aria-label={t("list.columns")}>
        {columns.all.slice(1).map((column) => (
          <label key={column}>
            <input type="checkbox" checked={columns.shown.includes(column)} onChange={() => columns.toggle(column)} />
            {nameOf(column)}
          </label>
        ))}
      </fieldset>
    </details>
  );
}

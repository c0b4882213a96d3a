import type { ReactNode } from "react";
import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { type Column, FIGURES } from "./columns";
import type { Run } from "./queries";

/** One file of the history, in the columns that are wanted. */
export function Line({ run, columns }: { run: Run; columns: readonly Column[] }) {
  const { t } = useTexts("imports");
  const format = useFormat();
  const cells: Record<Exclude<Column, "file">, ReactNode> = {
    state: t(`states.${run.state}`),
    begun: format.dateTime(run.started_at),
    by: run.actor_name || t(run.actor === "system" ? "by.itself" : "by.gone"),
    rows: format.number(run.rows_read),
    created: run.counts && format.number(run.counts.created),
    updated: run.counts && format.number(run.counts.updated),
    waiting: run.waiting > 0 && format.number(run.waiting),
  };
  return (
    <tr>
      {columns.map((column) =>
        column === "file" ? (
          <th key={column} scope="row">
            <Link to={`/imports/${run.id}`}>{run.file_name}</Link>
          </th>
        ) : (
          <td key={column} className={FIGURES.includes(column) ? "figure" : undefined}>
            {cells[column]}
          </td>
        ),
      )}
    </tr>
  );
}

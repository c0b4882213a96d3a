import { Button } from "antd";
import type { ReactNode } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { ColumnChoice } from "../../shared/list/ColumnChoice";
import { Export } from "../../shared/list/Export";
import { Heads } from "../../shared/list/Heads";
import { useColumns } from "../../shared/list/useColumns";
import { known, useWords } from "../../shared/list/words";
import { Failure, Loading } from "../../shared/States";
import { type Column, COLUMNS } from "./columns";
import { fileOfVerdicts, type Run, useVerdicts, type Verdict, type VerdictKind } from "./queries";

const KINDS = ["CREATE", "UPDATE", "UNCHANGED", "REPEATED", "REFUSED"] as const satisfies readonly VerdictKind[];
const CHOICES = ["ALL", ...KINDS, "WARNED"] as const;

/** What a dry run says of each row, in file order; which rows are shown stands in the address. */
export function Verdicts({ run }: { run: Run }) {
  const { t } = useTexts("import");
  const [{ show }, change] = useWords(["show"] as const);
  const columns = useColumns("verdicts", COLUMNS);
  const nameOf = useColumnNames();
  const choice = known(CHOICES, show) ?? "ALL";
  const asked = { kind: known(KINDS, choice), is_warned: choice === "WARNED" || undefined };
  const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useVerdicts(run.id, asked);
  return (
    <div className="wide">
      <div className="list-tools">
        <label className="picker">
          <span>{t("verdicts.show")}</span>
          <select value={choice} onChange={({ target }) => change("show", target.value)}>
            {CHOICES.map((one) => (
              <option key={one} value={one}>
                {t(`verdicts.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <ColumnChoice columns={columns} nameOf={nameOf} />
        <Export name="verdicts" columns={columns.shown} ask={fileOfVerdicts(run.id, asked)} />
      </div>
      {error && !rows && <Failure error={error} onRetry={() => void refetch()} />}
      {!rows && !error && <Loading />}
      {rows && !rows.length && <p className="state">{t("verdicts.empty")}</p>}
      {rows && rows.length > 0 && <Lines rows={rows} columns={columns.shown} nameOf={nameOf} />}
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("rows.more")}
        </Button>
      )}
    </div>
  );
}

function useColumnNames(): (column: Column) => string {
  const { t } = useTexts("import");
  const names = {
    row: t("rows.number"),
    verdict: t("verdicts.verdict"),
    order: t("fields.ro_number"),
    opened: t("fields.opened"),
    plate: t("fields.plate"),
    why: t("verdicts.why"),
  };
  return (column) => names[column];
}

interface Shown {
  rows: readonly Verdict[];
  columns: readonly Column[];
  nameOf: (column: Column) => string;
}

function Lines({ rows, columns, nameOf }: Shown) {
  return (
    <table className="list">
      <thead>
        <tr>
          <Heads columns={columns} nameOf={nameOf} figures={["row"]} />
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Line key={row.id} row={row} columns={columns} />
        ))}
      </tbody>
    </table>
  );
}

function Line({ row, columns }: { row: Verdict; columns: readonly Column[] }) {
  const { t } = useTexts("import");
  const format = useFormat();
  const cells: Record<Column, ReactNode> = {
    row: format.number(row.row_number),
    verdict: t(`verdicts.${row.kind}`),
    order: row.order_number,
    opened: row.opened_date && format.day(row.opened_date),
    plate: row.plate,
    why: row.problems.map(({ reason, column, value, message }) => (
      <div key={reason + column}>
        {column}: {value ? `“${value}” ` : ""}
        {message}
      </div>
    )),
  };
  return (
    <tr>
      {columns.map((column) => (
        <td key={column} className={column === "row" ? "figure" : undefined}>
          {cells[column]}
        </td>
      ))}
    </tr>
  );
}

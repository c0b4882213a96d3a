import { Button } from "antd";
import { useRef } from "react";
import { useKeys } from "../../app/keys";
import { useTexts } from "../../i18n";
import { ColumnChoice } from "../../shared/list/ColumnChoice";
import { Export } from "../../shared/list/Export";
import { Heads } from "../../shared/list/Heads";
import { type Columns, useColumns } from "../../shared/list/useColumns";
import { Empty, Failure, Loading } from "../../shared/States";
import { askedOf, STATES, useFilter } from "./asked";
import { type Column, COLUMNS, FIGURES, ORDERS, USUAL } from "./columns";
import { Line } from "./Line";
import { fileOf, useImports } from "./queries";

/** The files that came in, newest first or as one wants them. */
export function History() {
  const { t } = useTexts("imports");
  const [filter] = useFilter();
  const columns = useColumns("imports", COLUMNS, USUAL);
  const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useImports(askedOf(filter));
  if (error && !rows) return <Failure error={error} onRetry={() => void refetch()} />;
  if (rows?.length === 0 && !filter.state) return <Empty title={t("history.empty")}>{t("history.first")}</Empty>;
  return (
    <section className="sheet wide" aria-labelledby="history">
      <h2 id="history">{t("history.title")}</h2>
      <Tools columns={columns} />
      {!rows && <Loading />}
      {rows?.length === 0 && <Empty title={t("filter.none")} />}
      {rows && rows.length > 0 && <Files rows={rows} columns={columns.shown} />}
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("history.more")}
        </Button>
      )}
    </section>
  );
}

function Tools({ columns }: { columns: Columns<Column> }) {
  const { t } = useTexts("imports");
  const [filter, change] = useFilter();
  return (
    <div className="list-tools">
      <label className="picker">
        <span>{t("filter.state")}</span>
        <select value={filter.state} onChange={({ target }) => change("state", target.value)}>
          <option value="">{t("filter.all")}</option>
          {STATES.map((state) => (
            <option key={state} value={state}>
              {t(`states.${state}`)}
            </option>
          ))}
        </select>
      </label>
      <ColumnChoice columns={columns} nameOf={(column) => t(`column.${column}`)} />
      <Export name="imports" columns={columns.shown} ask={fileOf(askedOf(filter))} />
    </div>
  );
}

type Rows = NonNullable<ReturnType<typeof useImports>["rows"]>;

function Files({ rows, columns }: { rows: Rows; columns: readonly Column[] }) {
  const { t } = useTexts("imports");
  const [filter, change] = useFilter();
  const table = useRef<HTMLTableElement>(null);
  const step = (by: number) => {
    const links = [...(table.current?.querySelectorAll("a") ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    links[Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
  };
  useKeys(t("history.title"), [
    { key: "j", text: t("history.next"), run: () => step(1) },
    { key: "k", text: t("history.previous"), run: () => step(-1) },
  ]);
  return (
    <table className="list" ref={table}>
      <thead>
        <tr>
          <Heads
            columns={columns}
            nameOf={(column) => t(`column.${column}`)}
            orders={ORDERS}
            order={filter.order}
            onOrder={(order) => change("order", order)}
            figures={FIGURES}
          />
        </tr>
      </thead>
      <tbody>
        {rows.map((run) => (
          <Line key={run.id} run={run} columns={columns} />
        ))}
      </tbody>
    </table>
  );
}

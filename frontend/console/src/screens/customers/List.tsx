import { Button } from "antd";
import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { ColumnChoice } from "../../shared/list/ColumnChoice";
import { Export } from "../../shared/list/Export";
import { Heads } from "../../shared/list/Heads";
import { useColumns } from "../../shared/list/useColumns";
import { Empty, Failure, Loading } from "../../shared/States";
import { askedOf, type Filter, isNarrowed, useFilter } from "./asked";
import { type Column, COLUMNS, ORDERS, USUAL } from "./columns";
import { Filters } from "./Filters";
import { fileOf, useCustomers } from "./queries";
import { Row } from "./Row";

/** The files that fit the boxes, in the columns and the order that one wants. */
export function List() {
  const { t } = useTexts("customers");
  const [filter, change] = useFilter();
  const columns = useColumns("customers", COLUMNS, USUAL);
  const nameOf = (column: Column) => t(`column.${column}`);
  return (
    <>
      <div className="list-tools">
        <Filters filter={filter} onChange={change} />
        <ColumnChoice columns={columns} nameOf={nameOf} />
        <Export name="customers" columns={columns.shown} ask={fileOf(askedOf(filter))} />
      </div>
      <Rows filter={filter} columns={columns.shown} nameOf={nameOf} onOrder={(order) => change("order", order)} />
    </>
  );
}

interface Parts {
  filter: Filter;
  columns: readonly Column[];
  nameOf: (column: Column) => string;
  onOrder: (order: string) => void;
}

function Rows({ filter, columns, nameOf, onOrder }: Parts) {
  const { t } = useTexts("customers");
  const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useCustomers(askedOf(filter), true);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!rows) return <Loading />;
  if (rows.length === 0) return <Nobody isNarrowed={isNarrowed(filter)} />;
  return (
    <>
      <div className="scroll" tabIndex={0} role="region" aria-label={t("title")}>
        <table className="list">
          <thead>
            <tr>
              <Heads columns={columns} nameOf={nameOf} orders={ORDERS} order={filter.order} onOrder={onOrder} />
            </tr>
          </thead>
          <tbody>
            {rows.map((customer) => (
              <Row key={customer.id} customer={customer} columns={columns} />
            ))}
          </tbody>
        </table>
      </div>
      {hasNextPage && (
        <Button className="more" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("more")}
        </Button>
      )}
    </>
  );
}

function Nobody({ isNarrowed }: { isNarrowed: boolean }) {
  const { t } = useTexts("customers");
  if (isNarrowed) return <Empty title={t("empty.narrowed")} />;
  return (
    <Empty title={t("empty.first")}>
      <Link to="/imports">{t("empty.import")}</Link>
    </Empty>
  );
}

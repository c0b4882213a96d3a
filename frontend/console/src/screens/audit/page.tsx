import { Button } from "antd";
import { useTexts } from "../../i18n";
import { ColumnChoice } from "../../shared/list/ColumnChoice";
import { Export } from "../../shared/list/Export";
import { useColumns } from "../../shared/list/useColumns";
import { Empty, Failure, Loading } from "../../shared/States";
import { askedOf, useFilter } from "./asked";
import "./audit.css";
import { type Column, COLUMNS, inFile } from "./columns";
import { Entries } from "./Entries";
import { Filters } from "./Filters";
import { fileOf, useEntries } from "./queries";

/** Who did what, from where. Nothing here is ever changed or taken away. */
export default function Page() {
  const { t } = useTexts("audit");
  const [filter, change] = useFilter();
  const asked = askedOf(filter);
  const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useEntries(asked);
  const columns = useColumns("audit", COLUMNS);
  const nameOf = (column: Column) => t(`column.${column}`);
  return (
    <section>
      <h1>{t("title")}</h1>
      <div className="list-tools audit-filters">
        <Filters filter={filter} onChange={change} />
        <ColumnChoice columns={columns} nameOf={nameOf} />
        <Export name="audit" columns={inFile(columns.shown)} ask={fileOf(asked)} />
      </div>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!rows && !error && <Loading />}
      {rows?.length === 0 && <Empty title={t("empty")} />}
      {rows && rows.length > 0 && (
        <Entries
          entries={rows}
          columns={columns.shown}
          nameOf={nameOf}
          order={filter.order}
          onOrder={(order) => change("order", order)}
        />
      )}
      {hasNextPage && (
        <Button className="more" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("more")}
        </Button>
      )}
    </section>
  );
}

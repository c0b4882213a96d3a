import { Button } from "antd";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Empty, Failure, Loading } from "../../shared/States";
import { Mend } from "./Mend";
import { type Row, type RowState, type Run, useRows } from "./queries";

/** Rows set aside in one state, in file order. */
export function RowList({ run, state }: { run: Run; state: RowState }) {
  const { t } = useTexts("import");
  const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useRows(run.id, state);
  if (error && !rows) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!rows) return <Loading />;
  if (!rows.length) return <Empty title={t(state === "REFUSED" ? "rows.nothingToFix" : "rows.empty")} />;
  return (
    <>
      <ul>
        {rows.map((row) => (
          <li key={row.id} className="mend">
            {row.allowed.includes("correct") ? <Mend row={row} /> : <Settled row={row} />}
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("rows.more")}
        </Button>
      )}
    </>
  );
}

function Settled({ row }: { row: Row }) {
  const { t } = useTexts("import");
  const format = useFormat();
  return (
    <p>
      {t("rows.row", { number: format.number(row.row_number) })} · {row.column}: {row.value && `“${row.value}” `}
      {row.message}
    </p>
  );
}

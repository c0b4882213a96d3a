import { Button } from "antd";
import { useId, useState } from "react";
import { useMay } from "../../app/me";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { useOpener } from "../../shared/opener";
import { Refusal } from "../../shared/Refusal";
import { Empty, Failure, Loading } from "../../shared/States";
import { Sure } from "../../shared/Sure";
import { DeputyForm } from "./DeputyForm";
import { type Deputy, useDeputies, useEndDeputy } from "./deputyQueries";

/** Who does whose open work while somebody is away. */
export function Deputies() {
  const { t } = useTexts("people");
  const title = useId();
  const mayName = useMay()("users.write");
  const [isNaming, setNaming] = useState(false);
  const opener = useOpener(isNaming);
  const { rows, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useDeputies();
  return (
    <section className="sheet" aria-labelledby={title}>
      <div className="row people-head">
        <h2 id={title}>{t("deputies.title")}</h2>
        {mayName && (
          <Button ref={opener} aria-expanded={isNaming} onClick={() => setNaming(true)}>
            {t("deputies.open")}
          </Button>
        )}
      </div>
      {isNaming && <DeputyForm onClose={() => setNaming(false)} />}
      {isPending && <Loading />}
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {rows?.length === 0 && <Empty title={t("deputies.empty")} />}
      {rows && rows.length > 0 && <Table rows={rows} />}
      {hasNextPage && (
        <Button className="people-more" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("list.more")}
        </Button>
      )}
    </section>
  );
}

function Table({ rows }: { rows: readonly Deputy[] }) {
  const { t } = useTexts("people");
  return (
    <table className="people-table">
      <thead>
        <tr>
          <th scope="col">{t("deputies.away")}</th>
          <th scope="col">{t("deputies.deputy")}</th>
          <th scope="col">{t("deputies.days")}</th>
          <th scope="col">{t("list.steps")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row }: { row: Deputy }) {
  const { t } = useTexts("people");
  const format = useFormat();
  const end = useEndDeputy(row.id);
  const names = { away: row.away_name, deputy: row.deputy_name };
  return (
    <tr>
      <th scope="row">{row.away_name}</th>
      <td data-label={t("deputies.deputy")}>{row.deputy_name}</td>
      <td>
        {t("deputies.period", { from: format.day(row.from_date), last: format.day(row.last_date) })}
        <span className="note people-email">{t(row.is_standing ? "deputies.standing" : "deputies.coming")}</span>
      </td>
      <td>
        {row.allowed.includes("end") && (
          <Sure
            label={t("deputies.end.label")}
            name={t("deputies.end.name", names)}
            question={t("deputies.end.question", names)}
            yes={t("deputies.end.yes")}
            isBusy={end.isPending}
            onYes={() => end.mutate(undefined)}
          />
        )}
        <Refusal error={end.error} />
      </td>
    </tr>
  );
}

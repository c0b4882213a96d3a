import { Button } from "antd";
import { useState } from "react";
import { useTexts } from "../../i18n";
import { sentenceOf } from "../../shared/problems";
import { Failure, Loading } from "../../shared/States";
import { type Columns, type Run, useColumns, useSteps } from "./queries";

const EXAMPLES = 3;

/** Which column of the file is which; corrected once, remembered for files with the same columns. */
export function ColumnTable({ run }: { run: Run }) {
  const { data, error, refetch } = useColumns(run.id);
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return <Table key={JSON.stringify(data.fields)} run={run} columns={data} />;
}

function Table({ run, columns }: { run: Run; columns: Columns }) {
  const { t } = useTexts("import");
  const shared = useTexts("shared").t;
  const { nameColumns } = useSteps(run.id);
  const recognised = Object.fromEntries(columns.fields.map(({ field, header }) => [field, header ?? ""]));
  const [mapping, setMapping] = useState<Record<string, string>>(recognised);
  const isChanged = columns.fields.some(({ field }) => mapping[field] !== recognised[field]);
  const headers = [...new Set(columns.headers.filter(Boolean))];
  const examples = (header: string | undefined) => {
    const place = header ? columns.headers.indexOf(header) : -1;
    const found = columns.sample.map((row) => row[place] ?? "").filter(Boolean);
    return place < 0 ? "" : [...new Set(found)].slice(0, EXAMPLES).join(" · ");
  };
  return (
    <section className="sheet wide" aria-labelledby="columns">
      <h2 id="columns">{t("columns.title")}</h2>
      <p className="note">{t("columns.note")}</p>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">{t("columns.field")}</th>
            <th scope="col">{t("columns.column")}</th>
            <th scope="col">{t("columns.examples")}</th>
          </tr>
        </thead>
        <tbody>
          {columns.fields.map(({ field, is_required }) => (
            <tr key={field}>
              <th scope="row">
                {t(`fields.${field}`)} {is_required && <span className="note">{t("columns.required")}</span>}
              </th>
              <td>
                <select
                  className="field"
                  aria-label={t(`fields.${field}`)}
                  aria-invalid={is_required && !mapping[field]}
                  value={mapping[field]}
                  onChange={({ target }) => setMapping({ ...mapping, [field]: target.value })}
                >
                  <option value="">{t("columns.none")}</option>
                  {headers.map((header) => (
                    <option key={header}>{header}</option>
                  ))}
                </select>
              </td>
              <td className="note">{examples(mapping[field])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="row">
        <Button
          type="primary"
          disabled={!isChanged}
          loading={nameColumns.isPending}
          onClick={() => nameColumns.mutate(mapping)}
        >
          {t("columns.keep")}
        </Button>
        {nameColumns.error && (
          <span className="alarm" role="alert">
            {sentenceOf(nameColumns.error, shared)}
          </span>
        )}
      </p>
    </section>
  );
}

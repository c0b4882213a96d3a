import { Button } from "antd";
import { useMay } from "../../app/me";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { known, useWords } from "../../shared/list/words";
import { Figures } from "./Figures";
import { type RowState, type Run, useSteps } from "./queries";
import { RollBack } from "./RollBack";
import { RowList } from "./RowList";

const STATES = ["REFUSED", "WARNED", "FIXED", "DISMISSED"] as const satisfies readonly RowState[];

/** What an import did, and the rows that it set aside. */
export function Result({ run }: { run: Run }) {
  const { t } = useTexts("import");
  return (
    <div className="stack">
      <section className="sheet" aria-labelledby="result">
        <h2 id="result">{t("result.title")}</h2>
        {run.counts && <Figures counts={run.counts} />}
        {run.allowed.includes("roll_back") && <RollBack run={run} />}
      </section>
      <SetAside run={run} />
    </div>
  );
}

function SetAside({ run }: { run: Run }) {
  const { t } = useTexts("import");
  const format = useFormat();
  const [words, change] = useWords(["state"] as const);
  const state = known(STATES, words.state) ?? "REFUSED";
  const { retryRows, dismissRows } = useSteps(run.id);
  const may = run.allowed.includes("fix_rows");
  const mayExport = useMay()("exports.create");
  const isWaiting = state === "REFUSED" || state === "WARNED";
  return (
    <section className="sheet" aria-labelledby="aside">
      <h2 id="aside">{t("rows.title")}</h2>
      <div className="row">
        {STATES.map((one) => (
          <Button
            key={one}
            size="small"
            aria-pressed={one === state}
            type={one === state ? "primary" : "default"}
            onClick={() => change("state", one)}
          >
            {t(`rows.${one}`, { shown: format.number(run.rows[one]) })}
          </Button>
        ))}
        {may && run.rows.corrected > 0 && (
          <Button type="primary" loading={retryRows.isPending} onClick={() => retryRows.mutate(undefined)}>
            {t("rows.retryAll", { shown: format.number(run.rows.corrected) })}
          </Button>
        )}
        {may && isWaiting && run.rows[state] > 0 && (
          <Button onClick={() => dismissRows.mutate(state)}>{t("rows.dismissAll")}</Button>
        )}
        {mayExport && run.rows[state] > 0 && (
          <a href={`/api/v1/imports/${run.id}/rows_as_csv/?state=${state}`} download>
            {t("rows.save")}
          </a>
        )}
      </div>
      <RowList key={state} run={run} state={state} />
    </section>
  );
}

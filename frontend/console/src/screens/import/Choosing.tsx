import { Button } from "antd";
import { useTexts } from "../../i18n";
import { ColumnTable } from "./ColumnTable";
import { Figures } from "./Figures";
import { type Run, useSteps } from "./queries";
import { Verdicts } from "./Verdicts";

/** A file that lies here: which column is which, what it would do, and what to do with it. */
export function Choosing({ run }: { run: Run }) {
  const { t } = useTexts("import");
  const steps = useSteps(run.id);
  const may = (step: Run["allowed"][number]) => run.allowed.includes(step);
  return (
    <div className="stack">
      <section className="sheet row" aria-label={t("choose.label")}>
        {may("check") && (
          <Button
            key={`check ${run.forecast !== null}`}
            type={run.forecast ? "default" : "primary"}
            onClick={() => steps.check.mutate(undefined)}
          >
            {t("choose.check")}
          </Button>
        )}
        {may("start") && (
          <Button
            key={`start ${run.forecast !== null}`}
            type={run.forecast ? "primary" : "default"}
            onClick={() => steps.start.mutate(undefined)}
          >
            {run.state === "STOPPED" ? t("choose.resume") : t("choose.start")}
          </Button>
        )}
        {may("discard") && <Button onClick={() => steps.discard.mutate(undefined)}>{t("choose.discard")}</Button>}
        {!may("check") && <p className="note">{t("choose.needsColumns")}</p>}
      </section>
      {run.forecast && (
        <section className="sheet" aria-labelledby="forecast">
          <h2 id="forecast">{t("forecast.title")}</h2>
          <p className="note">{t("forecast.note")}</p>
          <Figures counts={run.forecast} />
          <Verdicts run={run} />
        </section>
      )}
      {may("name_columns") && <ColumnTable run={run} />}
    </div>
  );
}

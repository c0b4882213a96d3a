import { Button } from "antd";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { type Run, useProgress, useSteps } from "./queries";

/** A worker is at it: how far, told live, and a way to stop it. */
export function Going({ run }: { run: Run }) {
  const { t } = useTexts("import");
  const format = useFormat();
  const told = useProgress(run.id);
  const { stop } = useSteps(run.id);
  const stage = told?.stage ?? (run.stage ? run.stage.toLowerCase() : "waiting");
  const done = told ? told.done : run.stage_done;
  const total = (told ? told.total : run.stage_total) ?? 0;
  const isKnown = stage === "reading" || stage === "comparing" || stage === "merging";
  const words = t(`going.${isKnown ? stage : "waiting"}`);
  const figures = { done: format.number(done), total: format.number(total) };
  return (
    <section className="sheet going" aria-label={t("going.label")}>
      <p role="status">
        {words} {stage === "reading" && (total ? t("going.rowsOf", figures) : t("going.rows", figures))}
      </p>
      <progress aria-label={words} max={total || 1} value={total ? done : undefined} />
      {run.allowed.includes("stop") && (
        <div>
          <Button disabled={run.stop_asked_at !== null} loading={stop.isPending} onClick={() => stop.mutate(undefined)}>
            {run.stop_asked_at ? t("going.stopping") : t("going.stop")}
          </Button>
        </div>
      )}
    </section>
  );
}

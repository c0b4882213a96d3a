import { Link, useParams } from "react-router";
import { Problem } from "../../api/problem";
import { useMay } from "../../app/me";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Empty, Failure, Loading } from "../../shared/States";
import { Choosing } from "./Choosing";
import { Going } from "./Going";
import { type Run, useImport } from "./queries";
import { Result } from "./Result";
import "../imports/imports.css";

const NOT_FOUND = 404;
const STAGES = ["columns", "check", "run", "result"] as const;
const STAGE_OF: Record<Run["state"], (typeof STAGES)[number]> = {
  DRAFT: "columns",
  CHECKING: "check",
  CHECKED: "check",
  QUEUED: "run",
  READING: "run",
  MERGING: "run",
  STOPPED: "run",
  FAILED: "run",
  DONE: "result",
  ROLLED_BACK: "result",
  DISCARDED: "result",
};

/** One file: its columns, what it would do, how far it is, what came of it. */
export default function Page() {
  const { t } = useTexts("import");
  const { id } = useParams();
  const { data, error, refetch } = useImport(Number(id));
  if (!Number.isSafeInteger(Number(id)) || (error instanceof Problem && error.status === NOT_FOUND)) {
    return (
      <Empty title={t("notFound")}>
        <Link to="/imports">{t("back")}</Link>
      </Empty>
    );
  }
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <>
      <p className="row">
        <Link to="/imports">{t("back")}</Link>
      </p>
      <h1>{data.file_name}</h1>
      <Head run={data} />
      <ol className="stages" aria-label={t("stages.label")}>
        {STAGES.map((stage) => (
          <li key={stage} aria-current={STAGE_OF[data.state] === stage ? "step" : undefined}>
            {t(`stages.${stage}`)}
          </li>
        ))}
      </ol>
      <Body run={data} />
    </>
  );
}

function Head({ run }: { run: Run }) {
  const { t } = useTexts("import");
  const format = useFormat();
  return (
    <>
      <p className="note">
        {t("head", {
          state: t(`states.${run.state}`),
          when: format.dateTime(run.started_at),
          day: format.day(run.as_of_date),
          who: run.actor_name || t(run.actor === "system" ? "by.itself" : "by.gone"),
        })}
      </p>
      {run.failure && (
        <p className="banner" data-kind="alarm" role="alert">
          {run.failure.message}
        </p>
      )}
    </>
  );
}

function Body({ run }: { run: Run }) {
  const { t } = useTexts("import");
  const may = useMay();
  if (run.allowed.includes("stop") || ["CHECKING", "QUEUED", "READING", "MERGING"].includes(run.state))
    return <Going run={run} />;
  if (run.state === "DONE") return <Result run={run} />;
  if (run.allowed.length) return <Choosing key={run.state} run={run} />;
  if (run.state === "ROLLED_BACK") return <p className="state">{t("over.rolledBack")}</p>;
  return <p className="state">{t(may("repair_orders.import") ? "over.gone" : "over.others")}</p>;
}

import { Button } from "antd";
import { type KeyboardEvent, useState } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { sentenceOf } from "../../shared/problems";
import type { Subject } from "../file/queries";
import { useWord } from "../file/words";
import { type Cell, type Matrix, useAnswer } from "./queries";

interface Props {
  cell: Cell;
  matrix: Matrix;
  subject: Subject;
  onEnd: () => void;
}

/** What decides a cell: who said what, when, asked how; and a place to add what was said just now. */
export function Proof({ cell, matrix, subject, onEnd }: Props) {
  const { t } = useTexts("customer");
  const onKeyDown = ({ key }: KeyboardEvent) => key === "Escape" && onEnd();
  return (
    <div className="form-grid" onKeyDown={onKeyDown}>
      <Reason cell={cell} matrix={matrix} />
      {matrix.allowed.includes("answer") && <Answering cell={cell} subject={subject} onEnd={onEnd} />}
      <div>
        <Button size="small" onClick={onEnd}>
          {t("consents.close")}
        </Button>
      </div>
    </div>
  );
}

function Reason({ cell, matrix }: { cell: Cell; matrix: Matrix }) {
  const { t } = useTexts("customer");
  const words = useTexts("file").t;
  const format = useFormat();
  const word = useWord();
  const wall = matrix.suppressions.find(({ id }) => id === cell.suppression_id);
  if (wall)
    return <p>{t("consents.byWall", { reason: word("reasons", wall.reason), at: format.dateTime(wall.at) })}</p>;
  const proof = matrix.answers.find(({ id }) => id === cell.answer_id);
  if (!proof) return <p>{cell.is_allowed ? t("consents.silenceAllows") : t("consents.silenceForbids")}</p>;
  return (
    <dl className="proof">
      <dt>{t("consents.said")}</dt>
      <dd>
        {words(proof.is_granted ? "values.yes" : "values.no")} · {words(`purposes.${proof.purpose || "ALL"}`)} ·{" "}
        {proof.channel ? word("channels", proof.channel) : words("channels.ALL")}
      </dd>
      <dt>{t("consents.when")}</dt>
      <dd>{format.dateTime(proof.at)}</dd>
      <dt>{t("consents.source")}</dt>
      <dd>
        {words(`sources.${proof.source}`)}
        {proof.actor_name && ` · ${proof.actor_name}`}
      </dd>
      <dt>{t("consents.wording")}</dt>
      <dd>{proof.wording ? word("reasons", proof.wording) : "–"}</dd>
    </dl>
  );
}

function Answering({ cell, subject, onEnd }: Omit<Props, "matrix">) {
  const { t } = useTexts("customer");
  const shared = useTexts("shared").t;
  const answer = useAnswer(subject);
  const [wording, setWording] = useState(t("consents.question"));
  const say = (isGranted: boolean) =>
    answer.mutate(
      {
        customer: subject.id,
        vehicle: cell.vehicle_id,
        purpose: cell.purpose as "SURVEY",
        channel: cell.channel,
        is_granted: isGranted,
        wording: wording.trim(),
      },
      { onSuccess: onEnd },
    );
  const isReady = wording.trim() !== "" && !answer.isPending;
  return (
    <fieldset className="form-grid chips">
      <label>
        {t("consents.asked")}
        <textarea
          className="box"
          rows={2}
          maxLength={300}
          value={wording}
          onChange={({ target }) => setWording(target.value)}
        />
      </label>
      <div className="row">
        <Button size="small" disabled={!isReady} onClick={() => say(true)}>
          {t("consents.grant")}
        </Button>
        <Button size="small" disabled={!isReady} onClick={() => say(false)}>
          {t("consents.withdraw")}
        </Button>
      </div>
      {answer.error && (
        <p className="alarm" role="alert">
          {sentenceOf(answer.error, shared)}
        </p>
      )}
    </fieldset>
  );
}

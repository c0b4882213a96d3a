import { Button } from "antd";
import { type KeyboardEvent, useId, useState } from "react";
import { Problem } from "../../api/problem";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { sentenceOf } from "../../shared/problems";
import { type Field, type Row, useRowSteps } from "./queries";

const STILL_REFUSED = "row_still_refused";

/** One row to be mended in place: its wrong cells first, judged by the server whenever one is left. */
export function Mend({ row }: { row: Row }) {
  const { t } = useTexts("import");
  const shared = useTexts("shared").t;
  const format = useFormat();
  const { correct, retry, dismiss } = useRowSteps(row.id);
  const [written, setWritten] = useState<Record<string, string>>(row.corrections);
  const [isWhole, setWhole] = useState(false);
  const problems = correct.data?.problems ?? row.problems;
  // A cell that was mended stays where it was until the row is in.
  const [wrong] = useState(() => [
    ...new Set([...row.problems.map(({ field }) => field), ...Object.keys(row.corrections)]),
  ]);
  const shown = isWhole ? [...new Set([...wrong, ...Object.keys(row.cells)])] : wrong;
  const judge = () =>
    JSON.stringify(written) !== JSON.stringify(correct.variables ?? row.corrections) && correct.mutate(written);
  const bringIn = () => retry.mutate(written, { onError: () => correct.mutate(written) });
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      event.preventDefault();
      bringIn();
    }
  };
  const isOdd = retry.error && !(retry.error instanceof Problem && retry.error.code === STILL_REFUSED);
  return (
    <fieldset aria-label={t("rows.row", { number: format.number(row.row_number) })}>
      <strong>{t("rows.row", { number: format.number(row.row_number) })}</strong>
      {shown.map((field) => (
        <Cell
          key={field}
          field={field as Field}
          column={problems.find((one) => one.field === field)?.column ?? ""}
          message={problems.find((one) => one.field === field)?.message}
          value={written[field] ?? row.cells[field] ?? ""}
          onWrite={(text) => setWritten({ ...written, [field]: text })}
          onLeave={judge}
          onKey={onKey}
        />
      ))}
      <span className="row">
        <Button size="small" type="primary" loading={retry.isPending} onClick={bringIn}>
          {t("rows.retry")}
        </Button>
        <Button size="small" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {t("rows.whole")}
        </Button>
        <Button size="small" onClick={() => dismiss.mutate(undefined)}>
          {t("rows.dismiss")}
        </Button>
      </span>
      {isOdd && (
        <p className="alarm" role="alert">
          {sentenceOf(retry.error, shared)}
        </p>
      )}
    </fieldset>
  );
}

interface CellProps {
  field: Field;
  column: string;
  message?: string;
  value: string;
  onWrite: (text: string) => void;
  onLeave: () => void;
  onKey: (event: KeyboardEvent) => void;
}

function Cell({ field, column, message, value, onWrite, onLeave, onKey }: CellProps) {
  const { t } = useTexts("import");
  const id = useId();
  return (
    <label>
      <span>
        {t(`fields.${field}`)} {column && <span className="note">{column}</span>}
      </span>
      <input
        className="field"
        value={value}
        maxLength={300}
        aria-invalid={message !== undefined}
        aria-describedby={message ? id : undefined}
        onChange={({ target }) => onWrite(target.value)}
        onBlur={onLeave}
        onKeyDown={onKey}
      />
      {message && (
        <span id={id} className="alarm">
          {message}
        </span>
      )}
    </label>
  );
}

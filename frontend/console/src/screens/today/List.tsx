import { Button } from "antd";
import { useEffect, useRef } from "react";
import { useTexts } from "../../i18n";
import { Due } from "./Due";
import type { Work } from "./queries";
import { useWords } from "./useWords";

interface Props {
  rows: readonly Work[];
  /** Taken by others a moment ago: shown as taken, and skipped. */
  taken: ReadonlySet<number>;
  at: number;
  onOpen: (id: number) => void;
  onMore?: () => void;
}

/** My work in the order that matters. */
export function List({ rows, taken, at, onOpen, onMore }: Props) {
  const { t } = useTexts("today");
  return (
    <div className="work">
      <ol aria-label={t("list.title")}>
        {rows.map((task, index) => (
          <li key={task.id}>
            <Entry task={task} isAt={index === at} isTaken={taken.has(task.id)} onOpen={onOpen} />
          </li>
        ))}
      </ol>
      {onMore && <Button onClick={onMore}>{t("list.more")}</Button>}
    </div>
  );
}

interface EntryProps {
  task: Work;
  isAt: boolean;
  isTaken: boolean;
  onOpen: (id: number) => void;
}

function Entry({ task, isAt, isTaken, onOpen }: EntryProps) {
  const { t } = useTexts("today");
  const words = useWords();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isAt) button.current?.scrollIntoView({ block: "nearest" });
  }, [isAt]);
  return (
    <button
      type="button"
      ref={button}
      className="entry"
      data-kind={task.kind}
      aria-current={isAt || undefined}
      disabled={isTaken}
      onClick={() => onOpen(task.id)}
    >
      <strong>{task.person?.name ?? t("nobody")}</strong>
      <span>{words.reason(task.reason)}</span>
      <span className="note">
        {[words.complaint(task), task.car?.plate, task.car?.model].filter(Boolean).join(" · ")}
      </span>
      {isTaken ? <span className="due">{t("list.taken")}</span> : <Due task={task} />}
    </button>
  );
}

import { Button } from "antd";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { useKeys } from "../../app/keys";
import { useMay } from "../../app/me";
import { useTexts } from "../../i18n";
import { Empty, Failure, Loading } from "../../shared/States";
import { useWords } from "../../shared/list/words";
import { Centre } from "./Centre";
import { Counters } from "./Counters";
import { Hand } from "./Hand";
import { useInHand } from "./HandRoom";
import { Late } from "./Late";
import { List } from "./List";
import { Recorded } from "./Recorded";
import { StandIns } from "./StandIns";
import { useWork, type Work } from "./queries";
import type { Hand as InHand } from "./useHand";
import { useTaken } from "./useTaken";
import "./today.css";

/** My work: the next task by Enter, its end by one key. */
export default function Page() {
  const { t } = useTexts("today");
  const may = useMay();
  const hand = useInHand();
  const work = useWork();
  const [{ late }, change] = useWords(["late"] as const);
  return (
    <>
      <h1>{t("title")}</h1>
      <Counters />
      <StandIns />
      <Recorded recorded={hand.recorded} />
      {work.rows ? (
        <Board rows={work.rows} hand={hand} onMore={work.hasNextPage ? () => void work.fetchNextPage() : undefined} />
      ) : work.error ? (
        <Failure error={work.error} onRetry={() => void work.refetch()} />
      ) : (
        <Loading />
      )}
      {may("staffing.read") && late && <Late role={late} onClose={() => change("late", "")} />}
      {may("staffing.read") && <Centre />}
    </>
  );
}

interface BoardProps {
  rows: readonly Work[];
  hand: InHand;
  onMore?: () => void;
}

function Board({ rows, hand, onMore }: BoardProps) {
  const { t } = useTexts("today");
  const { shown, taken } = useTaken(
    rows.filter(({ id }) => id !== hand.task?.id),
    hand.task?.id,
  );
  const { at, move, wanted } = useChoice(shown, taken);
  useResuming(rows, hand);
  const open = () => hand.take(wanted());
  useKeys(t("keys.list"), [
    { key: "Enter", text: t("hand.next"), run: open },
    ...["j", "ArrowDown"].map((key) => ({ key, text: t("keys.down"), run: () => move(1) })),
    ...["k", "ArrowUp"].map((key) => ({ key, text: t("keys.up"), run: () => move(-1) })),
  ]);
  if (shown.length === 0 && !hand.task) return <Nothing />;
  return (
    <div className="board">
      <List rows={shown} taken={taken} at={hand.task ? -1 : at} onOpen={hand.take} onMore={onMore} />
      {hand.task ? (
        <Hand task={hand.task} hand={hand} />
      ) : (
        <section className="sheet hand state" aria-label={t("hand.title")}>
          <p className="state-title" role="status">
            {t(hand.isOver ? "hand.over" : hand.isLost ? "hand.lost" : "hand.none")}
          </p>
          <Button type="primary" onClick={open} loading={hand.isBusy}>
            {t("hand.next")} <kbd>Enter</kbd>
          </Button>
        </section>
      )}
    </div>
  );
}

/** Which row is chosen by the keys; at first none but the next one, whichever the server says that is. */
function useChoice(rows: readonly Work[], taken: ReadonlySet<number>) {
  const [chosen, setChosen] = useState<number | null>(null);
  const free = rows.filter(({ id }) => !taken.has(id));
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === (free.some((row) => row.id === chosen) ? chosen : free[0]?.id)),
  );
  const move = (step: number) => {
    const here = free.findIndex(({ id }) => id === rows[at]?.id);
    setChosen(free[Math.min(Math.max(here + step, 0), free.length - 1)]?.id ?? null);
  };
  const wanted = () =>
    chosen !== null && chosen !== free[0]?.id && free.some(({ id }) => id === chosen) ? chosen : null;
  return { at, move, wanted };
}

/** Whoever opens the console again finds the task open that they still hold. */
function useResuming(rows: readonly Work[], { resume }: InHand): void {
  const held = rows.find(({ is_held }) => is_held)?.id;
  useEffect(() => resume(held), [held, resume]);
}

/** Nothing waits: says what to do first. */
function Nothing() {
  const { t } = useTexts("today");
  const may = useMay();
  return (
    <Empty title={t("empty.title")}>
      <p>{t("empty.hint")}</p>
      <p className="row centred-row">
        {may("conversations.read") && <Link to="/inbox">{t("empty.inbox")}</Link>}
        {may("repair_orders.import") && <Link to="/imports">{t("empty.import")}</Link>}
      </p>
    </Empty>
  );
}

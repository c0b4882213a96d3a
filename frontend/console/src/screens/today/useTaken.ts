import { useEffect, useState } from "react";
import { useLine } from "../../live/LiveProvider";
import type { Work } from "./queries";

const SHOWN_MS = 4000;

interface Leaving {
  row: Work;
  index: number;
}

/** Keep what others take on screen for a moment, marked, so that a row does not vanish under somebody's eyes. */
export function useTaken(rows: readonly Work[], mine: number | undefined) {
  const line = useLine();
  const [leaving, setLeaving] = useState<readonly Leaving[]>([]);
  useEffect(
    () =>
      line.on((word) => {
        if (word.type !== "events") return;
        const ids = word.events.filter(({ kind }) => kind === "task.claimed").map(({ subject_id }) => subject_id);
        const found = rows.flatMap((row, index) => (ids.includes(row.id) && row.id !== mine ? [{ row, index }] : []));
        if (found.length === 0) return;
        setLeaving((before) => [...before, ...found]);
        setTimeout(() => setLeaving((before) => before.filter((one) => !found.includes(one))), SHOWN_MS);
      }),
    [line, rows, mine],
  );
  return merged(
    rows,
    leaving.filter(({ row }) => row.id !== mine),
  );
}

function merged(rows: readonly Work[], leaving: readonly Leaving[]) {
  const shown = [...rows];
  for (const { row, index } of leaving) {
    if (!shown.some(({ id }) => id === row.id)) shown.splice(Math.min(index, shown.length), 0, row);
  }
  return { shown, taken: new Set(leaving.map(({ row }) => row.id)) };
}

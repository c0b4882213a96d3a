import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import type { Run } from "./queries";

const sum = (counted: Record<string, number>) => Object.values(counted).reduce((all, one) => all + one, 0);

/** What a file holds and what it does, in figures. */
export function Figures({ counts }: { counts: NonNullable<Run["counts"]> }) {
  const { t } = useTexts("import");
  const format = useFormat();
  const figures = {
    orders: counts.repair_orders,
    vehicles: counts.vehicles,
    created: counts.created,
    updated: counts.updated,
    unchanged: counts.unchanged,
    refused: sum(counts.refused),
    warned: sum(counts.warned),
    folded: sum(counts.folded),
  } as const;
  return (
    <dl className="figures">
      {(Object.keys(figures) as (keyof typeof figures)[]).map((name) => (
        <div key={name}>
          <dt>{t(`figures.${name}`)}</dt>
          <dd data-figure={name}>{format.number(figures[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

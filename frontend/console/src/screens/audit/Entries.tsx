import type { ReactNode } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Heads } from "../../shared/list/Heads";
import { Changes } from "./Changes";
import type { Column } from "./columns";
import type { Entry } from "./queries";
import { actionWord, subjectWord } from "./words";

interface Parts {
  entries: Entry[];
  columns: readonly Column[];
  nameOf: (column: Column) => string;
  order: string;
  onOrder: (order: string) => void;
}

/** The entries as a table, in the columns that are wanted. */
export function Entries({ entries, columns, nameOf, order, onOrder }: Parts) {
  const { t } = useTexts("audit");
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t("title")}>
      <table className="list">
        <thead>
          <tr>
            <Heads columns={columns} nameOf={nameOf} orders={{ when: "when" }} order={order} onOrder={onOrder} />
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.id} entry={entry} columns={columns} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A person, a program by its name, or the house itself; whoever is no more is said to be. */
function Who({ entry: { actor_name: name, actor_kind: kind } }: { entry: Entry }) {
  const { t } = useTexts("audit");
  if (name) return kind === "key" ? t("program", { name }) : name;
  return t(kind === "system" ? "system" : "gone");
}

const CLASSES: Partial<Record<Column, string>> = { when: "nowrap", what: "breaks", where: "breaks" };

function Row({ entry, columns }: { entry: Entry; columns: readonly Column[] }) {
  const { t, i18n } = useTexts("audit");
  const format = useFormat();
  const isKnown = (key: string) => i18n.exists(key, { ns: "audit" });
  const subject = subjectWord(entry.subject_kind, t, isKnown);
  const cells: Record<Column, ReactNode> = {
    when: format.dateTime(entry.at),
    who: <Who entry={entry} />,
    what: actionWord(entry.action, t, isKnown),
    on: [subject, entry.subject_name || entry.subject_id].filter(Boolean).join(" "),
    changed: <Changes before={entry.before} after={entry.after} />,
    where: entry.address,
  };
  return (
    <tr>
      {columns.map((column) => (
        <td key={column} className={CLASSES[column]}>
          {cells[column]}
        </td>
      ))}
    </tr>
  );
}

import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { About } from "./About";
import { Changed } from "./Changed";
import type { Entry } from "./queries";
import type file from "./texts/en.json";

type Kind = keyof (typeof file)["kinds"];

/** One entry: what, with which car where it may be any, when, by whom, and what it is about. */
export function EntryLine({ entry, isOfOneCar }: { entry: Entry; isOfOneCar: boolean }) {
  const { t, i18n } = useTexts("file");
  const format = useFormat();
  const kind = entry.kind.replace(".", "_");
  const word = i18n.exists(`kinds.${kind}`, { ns: "file" }) ? t(`kinds.${kind as Kind}`) : entry.kind;
  return (
    <li data-group={entry.group}>
      <div className="row entry-head">
        <strong>{word}</strong>
        {!isOfOneCar && entry.plate && <span>{entry.plate}</span>}
        <time dateTime={entry.at} className="note">
          {format.dateTime(entry.at)}
        </time>
        <span className="note">{useActor(entry)}</span>
      </div>
      <About entry={entry} />
      {entry.changes.map((change) => (
        <p key={change.id}>
          <Changed change={change} />
        </p>
      ))}
    </li>
  );
}

function useActor({ actor, actor_name }: Entry): string {
  const { t } = useTexts("file");
  if (actor_name) return actor_name;
  if (actor === "owner" || actor === "flow" || actor === "import") return t(`actors.${actor}`);
  return actor.startsWith("user:") || actor.startsWith("key:") ? t("actors.gone") : t("actors.system");
}

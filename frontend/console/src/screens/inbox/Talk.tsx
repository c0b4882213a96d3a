import { Button } from "antd";
import { Problem } from "../../api/problem";
import { useTexts } from "../../i18n";
import { useNow } from "../../shared/now";
import { Empty, Failure, Loading } from "../../shared/States";
import { Actions } from "./Actions";
import { Composer } from "./Composer";
import { usePresence } from "./presence";
import { useTalk } from "./queries";
import { Waits } from "./RowLink";
import { Side } from "./Side";
import { Stream } from "./Stream";

const NOT_FOUND = 404;

interface Parts {
  id: number;
  isSide: boolean;
  onSide: () => void;
  onLeave: () => void;
}

/** One conversation: its head with what may be done, what was said, and where one writes; the person beside it. */
export function Talk({ id, isSide, onSide, onLeave }: Parts) {
  const { t } = useTexts("inbox");
  const now = useNow();
  const { data: talk, error, refetch } = useTalk(id);
  const others = usePresence(id);
  if (error instanceof Problem && error.status === NOT_FOUND) {
    return (
      <Empty title={t("notFound")}>
        <Button onClick={onLeave}>{t("back")}</Button>
      </Empty>
    );
  }
  if (error && !talk) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!talk) return <Loading />;
  const typing = others.filter(({ is_typing }) => is_typing);
  const names = (people: typeof others) => people.map(({ name }) => name).join(", ");
  return (
    <>
      <section className="inbox-talk" aria-labelledby="talk-title">
        <header className="inbox-head">
          <Button className="inbox-back" onClick={onLeave}>
            {t("back")}
          </Button>
          <h2 id="talk-title">{talk.customer?.name ?? t("unknown")}</h2>
          <span className="note">{talk.address}</span>
          <span className="inbox-mode">{t(`mode.${talk.mode}`)}</span>
          <span className="note">
            {talk.assignee_name ? t("has", { name: talk.assignee_name }) : talk.mode === "PERSON" && t("nobodyHas")}
          </span>
          <Waits row={talk} now={now} />
          <Button className="inbox-side-toggle" aria-expanded={isSide} onClick={onSide}>
            {t("side.toggle")}
          </Button>
          {talk.waits_because && <p className="note">{talk.waits_because}</p>}
        </header>
        <Actions talk={talk} />
        <Stream id={id} readUpTo={talk.read_up_to} language={talk.language} />
        <p className="inbox-here note" role="status">
          {typing.length > 0
            ? t("typing", { count: typing.length, names: names(typing) })
            : others.length > 0 && t("here", { names: names(others) })}
        </p>
        <Composer talk={talk} />
      </section>
      <Side id={id} canNote={talk.allowed.includes("note")} />
    </>
  );
}

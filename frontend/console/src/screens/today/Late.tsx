import { Button } from "antd";
import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { Failure, Loading } from "../../shared/States";
import { Due } from "./Due";
import { useLate, type Work } from "./queries";
import { useWords } from "./useWords";

interface Props {
  role: string;
  onClose: () => void;
}

/** What of a role's work is late, whoever has it; the address says which role. */
export function Late({ role, onClose }: Props) {
  const { t } = useTexts("today");
  const late = useLate(role);
  return (
    <section className="sheet" aria-label={t("late.title")}>
      <h2>
        {t("late.title")}: {t(`roles.${role as "COC_DIRECTOR"}`)} <Button onClick={onClose}>{t("late.close")}</Button>
      </h2>
      {late.rows ? (
        <Rows rows={late.rows} />
      ) : late.error ? (
        <Failure error={late.error} onRetry={() => void late.refetch()} />
      ) : (
        <Loading />
      )}
      {late.hasNextPage && <Button onClick={() => void late.fetchNextPage()}>{t("list.more")}</Button>}
    </section>
  );
}

function Rows({ rows }: { rows: readonly Work[] }) {
  const { t } = useTexts("today");
  const words = useWords();
  if (rows.length === 0) return <p className="note">{t("late.none")}</p>;
  return (
    <ul className="clocks">
      {rows.map((task) => (
        <li key={task.id}>
          {task.person ? <Link to={`/customers/${task.person.id}`}>{task.person.name}</Link> : t("nobody")}
          <span>{words.reason(task.reason)}</span>
          <Due task={task} />
        </li>
      ))}
    </ul>
  );
}

import { Button } from "antd";
import { useState } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Failure, Loading } from "../../shared/States";
import { type Planned, usePlanned } from "./queries";
import { Decided } from "./Why";

/** All that was due for this owner, sent or not, with what was decided of it. */
export function PlannedList({ id }: { id: number }) {
  const { t } = useTexts("inbox");
  const [isOpen, setOpen] = useState(false);
  const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = usePlanned(id, isOpen);
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h2>{t("why.panel")}</h2>
      </summary>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {isOpen && !rows && !error && <Loading />}
      {rows?.length === 0 && <p className="note">{t("why.empty")}</p>}
      <ul>
        {rows?.map((planned) => (
          <PlannedItem key={planned.id} planned={planned} />
        ))}
      </ul>
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("more")}
        </Button>
      )}
    </details>
  );
}

function PlannedItem({ planned }: { planned: Planned }) {
  const { t } = useTexts("inbox");
  const format = useFormat();
  return (
    <li className="inbox-flow">
      <p>
        <strong>{planned.occasion}</strong> {planned.plate} · {t(`why.plan.${planned.state}`)}
      </p>
      <p className="note">
        <time dateTime={planned.due_at}>{format.dateTime(planned.due_at)}</time>
        {planned.reason_text && ` · ${planned.reason_text}`}
      </p>
      {planned.decisions.map((decision) => (
        <Decided key={decision.id} decision={decision} />
      ))}
    </li>
  );
}

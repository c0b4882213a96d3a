import { Button } from "antd";
import { useState } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { sentenceOf } from "../../shared/problems";
import { type Run, useRollBackPreview, useSteps } from "./queries";

/** Takes an import back, after saying what that takes away. */
export function RollBack({ run }: { run: Run }) {
  const { t } = useTexts("import");
  const shared = useTexts("shared").t;
  const format = useFormat();
  const [isAsking, setAsking] = useState(false);
  const { data, error } = useRollBackPreview(run.id, isAsking);
  const { rollBack } = useSteps(run.id);
  if (!isAsking) return <Button onClick={() => setAsking(true)}>{t("rollBack.ask")}</Button>;
  const figures = data && {
    orders: format.number(data.orders_removed),
    restored: format.number(data.orders_restored),
    customers: format.number(data.customers_removed),
    vehicles: format.number(data.vehicles_removed),
    kept: format.number(data.orders_kept + data.customers_kept + data.vehicles_kept),
  };
  return (
    <div className="banner" role="group" aria-label={t("rollBack.ask")}>
      {error && <p role="alert">{sentenceOf(error, shared)}</p>}
      <p role="status">{figures ? t("rollBack.takes", figures) : !error && t("rollBack.looking")}</p>
      <div className="row">
        {figures && (
          <Button
            danger
            type="primary"
            autoFocus
            loading={rollBack.isPending}
            onClick={() => rollBack.mutate(undefined)}
          >
            {t("rollBack.confirm")}
          </Button>
        )}
        <Button onClick={() => setAsking(false)}>{t("rollBack.leave")}</Button>
      </div>
    </div>
  );
}

import { Button } from "antd";
import { useId } from "react";
import type { OpenSession } from "../../api/allauth";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Refusal } from "../../shared/Refusal";
import { Failure, Loading } from "../../shared/States";
import { Sure } from "../../shared/Sure";
import { deviceOf, momentOf } from "./devices";
import { useEndSessions, useSessions } from "./queries";

/** Where one is signed in, and how to end that. */
export function Sessions() {
  const { t } = useTexts("account");
  const title = useId();
  const { data, error, isPending, refetch } = useSessions();
  const end = useEndSessions();
  const others = data?.filter(({ is_current: isHere }) => !isHere) ?? [];
  return (
    <section className="sheet" aria-labelledby={title}>
      <h2 id={title}>{t("sessions.title")}</h2>
      {isPending && <Loading />}
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      <ul className="account-rows">
        {data?.map((session) => (
          <Row key={session.id} session={session} />
        ))}
      </ul>
      {data && others.length === 0 && <p className="note">{t("sessions.only")}</p>}
      {data && others.length > 0 && (
        <div className="row">
          <Button loading={end.isPending} onClick={() => end.mutate(others.map(({ id }) => id))}>
            {t("sessions.endOthers")}
          </Button>
          <Sure
            label={t("sessions.endAll")}
            question={t("sessions.question")}
            yes={t("sessions.yes")}
            isBusy={end.isPending}
            onYes={() => end.mutate(data.map(({ id }) => id))}
          />
        </div>
      )}
      <Refusal error={end.error} />
    </section>
  );
}

function Row({ session }: { session: OpenSession }) {
  const { t } = useTexts("account");
  const format = useFormat();
  const end = useEndSessions();
  const device = deviceOf(session.user_agent) || t("sessions.unknown");
  const since = format.dateTime(momentOf(session.created_at));
  return (
    <li>
      <div className="account-row">
        <span>
          {device} {session.is_current && <strong>{t("sessions.here")}</strong>}
          <span className="note account-where">{t("sessions.where", { place: session.ip, since })}</span>
        </span>
        {!session.is_current && (
          <Button
            aria-label={t("sessions.endName", { device, since })}
            loading={end.isPending}
            onClick={() => end.mutate([session.id])}
          >
            {t("sessions.end")}
          </Button>
        )}
      </div>
      <Refusal error={end.error} />
    </li>
  );
}

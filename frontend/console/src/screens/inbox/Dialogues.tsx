import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Failure, Loading } from "../../shared/States";
import { type Dialogue, useDialogues } from "./queries";

/** What the flows do here: which runs, what it asks in the reader's language, and what comes next. */
export function Dialogues({ id }: { id: number }) {
  const { t } = useTexts("inbox");
  const { data, error, refetch } = useDialogues(id);
  return (
    <section>
      <h2>{t("side.flow")}</h2>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data?.length === 0 && <p className="note">{t("side.noFlow")}</p>}
      {data?.map((one) => (
        <Running key={one.run} one={one} />
      ))}
    </section>
  );
}

function Running({ one }: { one: Dialogue }) {
  const { t } = useTexts("inbox");
  const format = useFormat();
  const isGoingOn = one.status === "RUNNING" || one.status === "PAUSED";
  return (
    <div className="inbox-flow">
      <p>
        <strong>{one.title}</strong> <span className="note">{t("side.version", { version: one.version })}</span> ·{" "}
        {t(`side.status.${one.status}`)}
      </p>
      {isGoingOn && one.question && (
        <>
          <h3>{t("side.asks")}</h3>
          <p className="inbox-text">{one.question}</p>
          <ul className="inbox-choices" aria-label={t("choices")}>
            {one.answers.map((label) => (
              <li key={label}>{label}</li>
            ))}
          </ul>
        </>
      )}
      {isGoingOn && one.expires_at && (
        <p className="note">{t("side.until", { time: format.dateTime(one.expires_at) })}</p>
      )}
      {isGoingOn && <p className="note">{t(`side.then.${one.then}`, { text: one.then_text })}</p>}
    </div>
  );
}

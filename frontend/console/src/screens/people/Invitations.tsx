import { Button } from "antd";
import { useId } from "react";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Refusal } from "../../shared/Refusal";
import { Empty, Failure, Loading } from "../../shared/States";
import { Sure } from "../../shared/Sure";
import { type Invitation, useInvitations, useResend, useWithdraw } from "./queries";
import { usePostName } from "./words";

/** Who has been invited and has not come yet. */
export function Invitations() {
  const { t } = useTexts("people");
  const title = useId();
  const { rows, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInvitations();
  return (
    <section className="sheet" aria-labelledby={title}>
      <h2 id={title}>{t("invitations.title")}</h2>
      {isPending && <Loading />}
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {rows?.length === 0 && <Empty title={t("invitations.empty")} />}
      {rows && rows.length > 0 && (
        <table className="people-table">
          <thead>
            <tr>
              <th scope="col">{t("list.name")}</th>
              <th scope="col">{t("post")}</th>
              <th scope="col">{t("invitations.by")}</th>
              <th scope="col">{t("invitations.until")}</th>
              <th scope="col">{t("list.steps")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((invitation) => (
              <Row key={invitation.id} invitation={invitation} />
            ))}
          </tbody>
        </table>
      )}
      {hasNextPage && (
        <Button className="people-more" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("list.more")}
        </Button>
      )}
    </section>
  );
}

function Row({ invitation }: { invitation: Invitation }) {
  const { t } = useTexts("people");
  const format = useFormat();
  const nameOf = usePostName();
  return (
    <tr>
      <th scope="row">
        {invitation.name}
        <span className="note people-email">{invitation.email}</span>
      </th>
      <td>{nameOf(invitation.role)}</td>
      <td data-label={t("invitations.by")}>{invitation.invited_by}</td>
      <td data-label={t("invitations.until")}>
        {invitation.is_expired ? (
          <span className="people-locked">{t("invitations.expired")}</span>
        ) : (
          format.dateTime(invitation.expires_at)
        )}
      </td>
      <td>
        <Steps invitation={invitation} />
      </td>
    </tr>
  );
}

function Steps({ invitation: { id, name, email, allowed } }: { invitation: Invitation }) {
  const { t } = useTexts("people");
  const say = useSay();
  const resend = useResend(id);
  const withdraw = useWithdraw(id);
  const again = () => resend.mutate(undefined, { onSuccess: () => say.done(t("invite.done", { email })) });
  return (
    <>
      <div className="people-steps">
        {allowed.includes("resend") && (
          <Button aria-label={t("resend.name", { name })} loading={resend.isPending} onClick={again}>
            {t("resend.label")}
          </Button>
        )}
        {allowed.includes("withdraw") && (
          <Sure
            label={t("withdraw.label")}
            name={t("withdraw.name", { name })}
            question={t("withdraw.question", { name })}
            yes={t("withdraw.yes")}
            isBusy={withdraw.isPending}
            onYes={() => withdraw.mutate(undefined)}
          />
        )}
      </div>
      <Refusal error={resend.error ?? withdraw.error} />
    </>
  );
}

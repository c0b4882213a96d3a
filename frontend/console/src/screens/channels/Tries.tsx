import { Button } from "antd";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { Refusal } from "../../shared/Refusal";
import { type Account, useProbe, useRegister } from "./queries";
import { TestForm } from "./TestForm";

/** Whether an account works: asked at its provider, told where to call us, and by a message there and back. */
export function Tries({ account }: { account: Account }) {
  const { t } = useTexts("channels");
  const say = useSay();
  const probe = useProbe(account.id);
  const register = useRegister(account.id);
  const copy = () => {
    navigator.clipboard.writeText(account.webhook_url).then(
      () => say.done(t("webhook.copied")),
      () => say.failed(t("webhook.notCopied")),
    );
  };
  const found = probe.data && [probe.data.name, probe.data.detail].filter(Boolean).join(", ");
  return (
    <section aria-label={t("tries")}>
      <h3>{t("tries")}</h3>
      {account.webhook_url && (
        <div className="row">
          <span id={`webhook-${account.id}`}>{t("webhook.label")}</span>
          <code className="channels-webhook">{account.webhook_url}</code>
          <Button aria-describedby={`webhook-${account.id}`} onClick={copy}>
            {t("webhook.copy")}
          </Button>
        </div>
      )}
      <div className="row">
        {account.can.includes("probe") && (
          <Button loading={probe.isPending} onClick={() => probe.mutate(undefined)}>
            {t("probe.go")}
          </Button>
        )}
        {account.can.includes("register") && (
          <Button loading={register.isPending} onClick={() => register.mutate(undefined)}>
            {t("register.go")}
          </Button>
        )}
        <span role="status">
          {found !== undefined && t("probe.found", { name: found })} {register.isSuccess && t("register.done")}
        </span>
      </div>
      <Refusal error={probe.error ?? register.error} />
      <TestForm account={account} />
    </section>
  );
}

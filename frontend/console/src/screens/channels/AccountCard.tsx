import { Button } from "antd";
import { useState } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { useNow } from "../../shared/now";
import { Refusal } from "../../shared/Refusal";
import { Sure } from "../../shared/Sure";
import { type Account, type Kind, useSwitch } from "./queries";
import { Tell } from "./Tell";
import { Templates } from "./Templates";
import { Tries } from "./Tries";
import { useKindName } from "./words";

interface Props {
  account: Account;
  /** None where the house has no such channel any more. */
  kind: Kind | undefined;
  onUp: (() => void) | undefined;
  onDown: (() => void) | undefined;
}

/** One account: how it stands, and what may be done about it. */
export function AccountCard({ account, kind, onUp, onDown }: Props) {
  const { t } = useTexts("channels");
  const nameOf = useKindName();
  const [isOpen, setOpen] = useState(false);
  const flip = useSwitch(account.id);
  const name = `${nameOf(account.kind)} ${account.address}`;
  return (
    <li className="sheet wide" data-off={account.is_active ? undefined : true}>
      <div className="row channels-head">
        <h2>{name}</h2>
        <Standing account={account} />
      </div>
      <Figures account={account} />
      {account.is_shared && <p className="note">{t("shared")}</p>}
      {account.may_change && (
        <div className="row">
          <Button aria-expanded={isOpen} aria-label={t("more.name", { name })} onClick={() => setOpen(!isOpen)}>
            {t("more.label")}
          </Button>
          <Button disabled={!onUp} aria-label={t("order.up", { name })} onClick={onUp}>
            ↑
          </Button>
          <Button disabled={!onDown} aria-label={t("order.down", { name })} onClick={onDown}>
            ↓
          </Button>
          {account.is_shared ? null : account.is_active ? (
            <Sure
              label={t("off.label")}
              name={t("off.name", { name })}
              question={t("off.question", { count: account.queued })}
              yes={t("off.yes")}
              isBusy={flip.isPending}
              onYes={() => flip.mutate(false)}
            />
          ) : (
            <Button aria-label={t("on.name", { name })} loading={flip.isPending} onClick={() => flip.mutate(true)}>
              {t("on.label")}
            </Button>
          )}
        </div>
      )}
      <Refusal error={flip.error} />
      {isOpen && (
        <>
          <Tries account={account} />
          {account.can.includes("templates") && <Templates account={account} />}
          {kind && !account.is_shared && <Tell account={account} kind={kind} />}
        </>
      )}
    </li>
  );
}

function Standing({ account }: { account: Account }) {
  const { t } = useTexts("channels");
  const format = useFormat();
  const until = account.throttled_until ? format.time(account.throttled_until) : "";
  return (
    <span className={`channels-standing ${account.standing}`}>{t(`standing.${account.standing}`, { until })}</span>
  );
}

function Figures({ account }: { account: Account }) {
  const { t } = useTexts("channels");
  const format = useFormat();
  const now = useNow();
  const { queued, last_receipt_at: receipt, last_error_at: errorAt, last_trouble: trouble } = account;
  const isOfOne = account.is_trouble_of_one;
  const { templates_missing: missing } = account;
  return (
    <ul className="channels-figures">
      <li>{t("queued", { count: queued })}</li>
      <li>{receipt ? t("receipt", { when: format.relative(receipt, now) }) : t("noReceipt")}</li>
      {errorAt && trouble && (
        <li className={isOfOne ? undefined : "alarm"}>
          {t(isOfOne ? "troubleOfOne" : "trouble", { when: format.relative(errorAt, now), what: trouble })}
        </li>
      )}
      {missing.length > 0 && (
        <li className="alarm">{t("templates.missing", { count: missing.length, names: missing.join(", ") })}</li>
      )}
    </ul>
  );
}

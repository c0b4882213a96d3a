import { Button } from "antd";
import { useState } from "react";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { sentenceOf } from "../../shared/problems";
import { EditField } from "../file/EditField";
import type { Subject } from "../file/queries";
import { useWord } from "../file/words";
import { type Address, useAddAddress, useMarkAddress, usePreferAddress, useReplaceAddress } from "./queries";

interface Props {
  addresses: readonly Address[];
  subject: Subject;
  mayAdd: boolean;
}

/** Phones, e-mail addresses and chats: which are right, which is preferred, which are no longer theirs. */
export function Addresses({ addresses, subject, mayAdd }: Props) {
  const { t } = useTexts("customer");
  const present = addresses.filter(({ blocked_at }) => blocked_at === null);
  // The id of what somebody has just put in another's place.
  const [arrived, setArrived] = useState<number>();
  const former = addresses.filter(({ blocked_at }) => blocked_at !== null);
  return (
    <section className="sheet" aria-labelledby="addresses">
      <h2 id="addresses">{t("addresses.title")}</h2>
      {present.length === 0 && <p className="note">{t("addresses.empty")}</p>}
      <ul className="lines">
        {present.map((address) => (
          <Line
            key={address.id}
            address={address}
            subject={subject}
            hasArrived={address.id === arrived}
            onReplaced={setArrived}
          />
        ))}
      </ul>
      {former.length > 0 && (
        <details>
          <summary>{t("addresses.former", { count: former.length })}</summary>
          <ul className="lines">
            {former.map((address) => (
              <Line
                key={address.id}
                address={address}
                subject={subject}
                hasArrived={address.id === arrived}
                onReplaced={setArrived}
              />
            ))}
          </ul>
        </details>
      )}
      {mayAdd && <Adding subject={subject} />}
    </section>
  );
}

interface LineProps {
  address: Address;
  subject: Subject;
  hasArrived: boolean;
  onReplaced: (id: number) => void;
}

function Line({ address, subject, hasArrived, onReplaced }: LineProps) {
  const { t } = useTexts("customer");
  const format = useFormat();
  const word = useWord();
  const replace = useReplaceAddress(subject);
  const mark = useMarkAddress(subject);
  const prefer = usePreferAddress(subject);
  const kind = address.kind === "CHAT" ? word("channels", address.chat_channel) : t(`addressKinds.${address.kind}`);
  const label = address.is_landline ? t("addresses.landline") : kind;
  const isBusy = mark.isPending || prefer.isPending;
  const may = (step: string) => address.allowed.includes(step);
  return (
    <li>
      <EditField
        label={label}
        value={address.value}
        type={address.kind === "EMAIL" ? "email" : "tel"}
        maxLength={254}
        mayEdit={may("replace")}
        takesFocus={hasArrived}
        onSave={async (value) => onReplaced((await replace.mutateAsync({ id: address.id, value })).id)}
      >
        {address.is_preferred && <span className="tag">{t("addresses.preferred")}</span>}
      </EditField>
      <div className="row">
        <span className="note">{useStanding(address, format.date)}</span>
        {may("mark_right") && (
          <Button size="small" disabled={isBusy} onClick={() => mark.mutate({ id: address.id, isRight: true })}>
            {t("addresses.right")}
          </Button>
        )}
        {may("mark_wrong") && (
          <Button size="small" disabled={isBusy} onClick={() => mark.mutate({ id: address.id, isRight: false })}>
            {t("addresses.wrong")}
          </Button>
        )}
        {may("prefer") && (
          <Button size="small" disabled={isBusy} onClick={() => prefer.mutate(address.id)}>
            {t("addresses.prefer")}
          </Button>
        )}
      </div>
    </li>
  );
}

function useStanding(address: Address, date: (moment: string) => string): string {
  const { t } = useTexts("customer");
  if (address.replaced_by_id !== null) return t("addresses.replaced");
  if (address.blocked_at) return t("addresses.notTheirs", { day: date(address.blocked_at) });
  if (address.bounced_at) return t("addresses.bounced", { day: date(address.bounced_at) });
  return address.verified_at ? t("addresses.verified", { day: date(address.verified_at) }) : t("addresses.unverified");
}

function Adding({ subject }: { subject: Subject }) {
  const { t } = useTexts("customer");
  const shared = useTexts("shared").t;
  const add = useAddAddress(subject);
  const [value, setValue] = useState("");
  // One box for both: an address with an @ is no number.
  const kind = value.includes("@") ? "EMAIL" : "PHONE";
  return (
    <form
      className="row adding"
      onSubmit={(event) => {
        event.preventDefault();
        if (value.trim()) add.mutate({ kind, value: value.trim() }, { onSuccess: () => setValue("") });
      }}
    >
      <label>
        {t("addresses.add")}{" "}
        <input
          className="box"
          maxLength={254}
          value={value}
          aria-invalid={add.isError || undefined}
          onChange={({ target }) => setValue(target.value)}
        />
      </label>
      <Button size="small" htmlType="submit" loading={add.isPending} disabled={!value.trim()}>
        {t("addresses.addIt")}
      </Button>
      {add.error && (
        <p className="alarm" role="alert">
          {sentenceOf(add.error, shared)}
        </p>
      )}
    </form>
  );
}

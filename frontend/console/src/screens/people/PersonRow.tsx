import { Button } from "antd";
import { useState } from "react";
import { useMe } from "../../app/me";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { useNow } from "../../shared/now";
import { useOpener } from "../../shared/opener";
import { Refusal } from "../../shared/Refusal";
import { Sure } from "../../shared/Sure";
import { ChangePost } from "./ChangePost";
import type { Column } from "./columns";
import { type Person, useSwitch } from "./queries";
import { Share } from "./Share";
import { usePostName } from "./words";

/** One person, and what may be done about them. */
export function PersonRow({ person, columns }: { person: Person; columns: readonly Column[] }) {
  const { t } = useTexts("people");
  const format = useFormat();
  const now = useNow();
  const me = useMe();
  const nameOf = usePostName();
  return (
    <tr data-inactive={person.is_active ? undefined : true}>
      <th scope="row">
        {person.name} {person.id === me.id && <span className="note">{t("list.you")}</span>}
        <span className="note people-email">{person.email}</span>
      </th>
      {columns.includes("post") && (
        <td>
          {nameOf(person.role)}
          {person.allowed.includes("share") && <Share person={person} />}
        </td>
      )}
      {columns.includes("last_sign_in") && (
        <td data-label={t("list.lastSignIn")}>
          {person.last_login ? format.brief(person.last_login, now) : t("list.never")}
        </td>
      )}
      {columns.includes("state") && (
        <td>
          <State person={person} />
        </td>
      )}
      <td>
        <Steps person={person} />
      </td>
    </tr>
  );
}

function State({ person }: { person: Person }) {
  const { t } = useTexts("people");
  const format = useFormat();
  if (!person.is_active) return <span className="people-off">{t("state.inactive")}</span>;
  if (person.locked_until) {
    return <span className="people-locked">{t("state.locked", { time: format.time(person.locked_until) })}</span>;
  }
  return <span>{t("state.active")}</span>;
}

function Steps({ person }: { person: Person }) {
  const { t } = useTexts("people");
  const [isChanging, setChanging] = useState(false);
  const opener = useOpener(isChanging);
  const change = useSwitch(person.id);
  const { name, allowed } = person;
  if (isChanging) return <ChangePost person={person} onClose={() => setChanging(false)} />;
  return (
    <>
      <div className="people-steps">
        {allowed.includes("unlock") && (
          <Button
            aria-label={t("unlock.name", { name })}
            loading={change.isPending}
            onClick={() => change.mutate("unlock")}
          >
            {t("unlock.label")}
          </Button>
        )}
        {allowed.includes("change_role") && (
          <Button ref={opener} aria-label={t("change.name", { name })} onClick={() => setChanging(true)}>
            {t("change.label")}
          </Button>
        )}
        {allowed.includes("deactivate") && (
          <Sure
            label={t("deactivate.label")}
            name={t("deactivate.name", { name })}
            question={t("deactivate.question", { name })}
            yes={t("deactivate.yes")}
            isBusy={change.isPending}
            onYes={() => change.mutate("deactivate")}
          />
        )}
        {allowed.includes("reactivate") && (
          <Button
            aria-label={t("reactivate.name", { name })}
            loading={change.isPending}
            onClick={() => change.mutate("reactivate")}
          >
            {t("reactivate.label")}
          </Button>
        )}
      </div>
      <Refusal error={change.error} />
    </>
  );
}

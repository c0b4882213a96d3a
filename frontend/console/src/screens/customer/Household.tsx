import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { sentenceOf } from "../../shared/problems";
import { PickPerson } from "../file/PickPerson";
import type { Subject } from "../file/queries";
import { type CustomerFile, useFormHousehold, useJoinHousehold, useLeaveHousehold } from "./queries";

interface Props {
  file: CustomerFile;
  subject: Subject;
  mayEdit: boolean;
}

/** The family or fleet somebody belongs to: their messages are one. */
export function Household({ file, subject, mayEdit }: Props) {
  const { t } = useTexts("customer");
  const { household, members } = file;
  const leave = useLeaveHousehold(subject);
  return (
    <section className="sheet" aria-labelledby="household">
      <h2 id="household">{household?.kind === "FLEET" ? t("household.fleet") : t("household.title")}</h2>
      {!household && <p className="note">{t("household.none")}</p>}
      {household && <p>{household.name}</p>}
      <ul className="lines">
        {members.map(({ id, name }) => (
          <li key={id}>
            <Link to={`/customers/${id}`}>{name}</Link>
          </li>
        ))}
      </ul>
      {mayEdit && household && (
        <>
          <Joining household={household.id} subject={subject} />
          <Button size="small" loading={leave.isPending} onClick={() => leave.mutate(subject.id)}>
            {t("household.leave")}
          </Button>
        </>
      )}
      {mayEdit && !household && <Forming subject={subject} />}
    </section>
  );
}

function Joining({ household, subject }: { household: number; subject: Subject }) {
  const { t } = useTexts("customer");
  const shared = useTexts("shared").t;
  const join = useJoinHousehold(subject);
  return (
    <>
      <PickPerson label={t("household.add")} onPick={(customer) => join.mutate({ household, customer })} />
      {join.error && (
        <p className="alarm" role="alert">
          {sentenceOf(join.error, shared)}
        </p>
      )}
    </>
  );
}

function Forming({ subject }: { subject: Subject }) {
  const { t } = useTexts("customer");
  const shared = useTexts("shared").t;
  const form = useFormHousehold(subject);
  const [name, setName] = useState("");
  const [kind, setKind] = useState<"HOUSEHOLD" | "FLEET">("HOUSEHOLD");
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) form.mutate({ kind, name: name.trim() });
      }}
    >
      <label className="picker">
        {t("household.kind")}{" "}
        <select value={kind} onChange={({ target }) => setKind(target.value as "HOUSEHOLD" | "FLEET")}>
          <option value="HOUSEHOLD">{t("household.title")}</option>
          <option value="FLEET">{t("household.fleet")}</option>
        </select>
      </label>
      <label>
        {t("household.name")}{" "}
        <input className="box" maxLength={200} value={name} onChange={({ target }) => setName(target.value)} />
      </label>
      <Button size="small" htmlType="submit" loading={form.isPending} disabled={!name.trim()}>
        {t("household.form")}
      </Button>
      {form.error && (
        <p className="alarm" role="alert">
          {sentenceOf(form.error, shared)}
        </p>
      )}
    </form>
  );
}

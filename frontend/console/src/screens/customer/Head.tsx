import { useTexts } from "../../i18n";
import { LANGUAGES } from "../../i18n/languages";
import { useFormat } from "../../shared/format";
import { EditField } from "../file/EditField";
import { Gaps } from "../file/Gaps";
import { type Subject, useMaintenance } from "../file/queries";
import { type CustomerFile, useEdit } from "./queries";

/** Who it is, how the file stands, whom to call, and what comes next. */
export function Head({ file, subject }: { file: CustomerFile; subject: Subject }) {
  const { t } = useTexts("customer");
  const words = useTexts("file").t;
  const format = useFormat();
  const edit = useEdit(subject);
  const { customer, contact_points } = file;
  const mayEdit = customer.allowed.includes("edit");
  const save = (name: string) => (value: string) => edit.mutateAsync({ [name]: value, seen_at: customer.updated_at });
  const phones = contact_points.filter(({ kind, blocked_at }) => kind === "PHONE" && blocked_at === null);
  return (
    <header className="sheet file-head">
      <h1>{customer.name || t("nameless")}</h1>
      <p className="row">
        <span className="tag">{words(`lifecycles.${customer.lifecycle}`)}</span>
        {customer.value_group && <span className="tag">{words(`valueGroups.${customer.value_group}`)}</span>}
        {customer.is_member && <span className="tag">{t("member")}</span>}
        <span className="tag" data-tone={CONSENT_TONES[customer.consenting]}>
          {words(`consenting.${customer.consenting}`)}
        </span>
        {customer.last_visit_date && <span>{t("lastVisit", { day: format.day(customer.last_visit_date) })}</span>}
        <NextMaintenance subject={subject} />
      </p>
      <p className="row">
        {phones.map(({ id, value, is_preferred }) => (
          <a key={id} href={`tel:${value}`}>
            {value}
            {is_preferred && <span className="note"> {t("addresses.preferred")}</span>}
          </a>
        ))}
        {phones.length === 0 && <span className="note">{t("noPhone")}</span>}
      </p>
      <Gaps completeness={file.completeness} />
      <div className="file-fields">
        <EditField
          label={t("fields.name")}
          value={customer.name}
          maxLength={200}
          mayEdit={mayEdit}
          onSave={save("name")}
        />
        <EditField
          label={t("fields.kind")}
          value={customer.kind}
          shown={words(`customerKinds.${customer.kind}`)}
          choices={(["PERSON", "COMPANY"] as const).map((kind) => [kind, words(`customerKinds.${kind}`)] as const)}
          mayEdit={mayEdit}
          onSave={save("kind")}
        />
        <EditField
          label={t("fields.address")}
          value={customer.address}
          maxLength={300}
          isWide
          mayEdit={mayEdit}
          onSave={save("address")}
        />
        <EditField
          label={t("fields.language")}
          value={customer.language}
          shown={LANGUAGES[customer.language as keyof typeof LANGUAGES] ?? t("dealers")}
          choices={[["", t("dealers")], ...Object.entries(LANGUAGES)]}
          mayEdit={mayEdit}
          onSave={save("language")}
        />
        <EditField
          label={t("fields.member")}
          value={String(customer.is_member)}
          shown={words(customer.is_member ? "values.yes" : "values.no")}
          choices={[
            ["true", words("values.yes")],
            ["false", words("values.no")],
          ]}
          mayEdit={mayEdit}
          onSave={(value) => edit.mutateAsync({ is_member: value === "true", seen_at: customer.updated_at })}
        />
        <PreferredTime file={file} subject={subject} mayEdit={mayEdit} />
      </div>
    </header>
  );
}

const CONSENT_TONES = { GRANTED: "fine", REFUSED: "alarm", UNASKED: undefined } as const;

function NextMaintenance({ subject }: { subject: Subject }) {
  const { t } = useTexts("customer");
  const format = useFormat();
  const { data } = useMaintenance(subject);
  const next = [...(data ?? [])].sort((one, two) => one.due_date.localeCompare(two.due_date))[0];
  if (!next) return null;
  return <span>{t(next.by_odometer ? "nextByOdometer" : "nextByMonths", { day: format.day(next.due_date) })}</span>;
}

/** The hours in which somebody wants to be reached: both ends or none. */
function PreferredTime({ file, subject, mayEdit }: { file: CustomerFile; subject: Subject; mayEdit: boolean }) {
  const { t } = useTexts("customer");
  const edit = useEdit(subject);
  const { preferred_from, preferred_until, updated_at } = file.customer;
  const value = preferred_from && preferred_until ? `${preferred_from.slice(0, 5)}-${preferred_until.slice(0, 5)}` : "";
  const save = (text: string) => {
    const [from, until] = text.split("-").map((end) => end.trim());
    return edit.mutateAsync({ preferred_from: from || null, preferred_until: until || null, seen_at: updated_at });
  };
  return (
    <EditField
      label={t("fields.preferredTime")}
      value={value}
      maxLength={11}
      hint={t("fields.preferredTimeHint")}
      mayEdit={mayEdit}
      onSave={save}
    />
  );
}

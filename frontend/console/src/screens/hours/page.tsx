import { useTexts } from "../../i18n";
import { Failure, Loading } from "../../shared/States";
import { ContactHours } from "./ContactHours";
import { Holidays } from "./Holidays";
import { useContactHours, useSettings } from "./queries";
import { WeekHours } from "./WeekHours";
import "./hours.css";

/** When owners may be written to, when the centre works, and which days differ. */
export default function Page() {
  const { t } = useTexts("hours");
  const contact = useContactHours();
  const centre = useSettings();
  const error = contact.error ?? centre.error;
  const again = () => {
    void contact.refetch();
    void centre.refetch();
  };
  return (
    <>
      <h1>{t("title")}</h1>
      {error && !(contact.data && centre.data) && <Failure error={error} onRetry={again} />}
      {!error && !(contact.data && centre.data) && <Loading />}
      {contact.data && centre.data && (
        <div className="stack">
          <ContactHours key={JSON.stringify(contact.data)} kept={contact.data.purposes} />
          <WeekHours key={JSON.stringify(centre.data.weekly_hours)} week={centre.data.weekly_hours} />
          <Holidays keepsPublic={centre.data.keeps_public_holidays} />
        </div>
      )}
    </>
  );
}

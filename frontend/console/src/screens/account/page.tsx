import { useMe } from "../../app/me";
import { useTexts } from "../../i18n";
import { NewPassword } from "./NewPassword";
import { Profile } from "./Profile";
import { SecondStep } from "./SecondStep";
import { Sessions } from "./Sessions";
import "./account.css";

export default function Page() {
  const { t } = useTexts("account");
  const me = useMe();
  return (
    <div className="account">
      <h1>{t("title")}</h1>
      <p className="note">{me.email}</p>
      <Profile />
      <NewPassword />
      <SecondStep />
      <Sessions />
    </div>
  );
}

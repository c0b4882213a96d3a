import { useRef, useState } from "react";
import { Button } from "antd";
import { useKeys } from "../../app/keys";
import { useMay } from "../../app/me";
import { useTexts } from "../../i18n";
import { Deputies } from "./Deputies";
import { Duties } from "./Duties";
import { Invitations } from "./Invitations";
import { InviteForm } from "./InviteForm";
import { People } from "./People";
import "./people.css";

export default function Page() {
  const { t } = useTexts("people");
  const mayInvite = useMay()("users.write");
  const [isInviting, setInviting] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  useKeys(t("title"), mayInvite ? [{ key: "n", text: t("invite.open"), run: () => setInviting(true) }] : []);

  const close = () => {
    setInviting(false);
    opener.current?.focus();
  };
  return (
    <>
      <div className="row people-head">
        <h1>{t("title")}</h1>
        {mayInvite && (
          <Button
            ref={opener}
            type="primary"
            aria-expanded={isInviting}
            aria-keyshortcuts="n"
            onClick={() => setInviting(true)}
          >
            {t("invite.open")}
          </Button>
        )}
      </div>
      {isInviting && <InviteForm onClose={close} />}
      <People />
      <Deputies />
      <Invitations />
      <Duties />
    </>
  );
}

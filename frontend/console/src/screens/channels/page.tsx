import { Button } from "antd";
import { useRef, useState } from "react";
import { useKeys } from "../../app/keys";
import { useMay } from "../../app/me";
import { useTexts } from "../../i18n";
import { Empty, Failure, Loading } from "../../shared/States";
import { Accounts } from "./Accounts";
import { OpenForm } from "./OpenForm";
import { useAccounts, useKinds } from "./queries";
import "./channels.css";

/** The senders that messages leave through: how each stands, what it is told, and whether it works. */
export default function Page() {
  const { t } = useTexts("channels");
  const mayOpen = useMay()("channels.write");
  const accounts = useAccounts();
  const kinds = useKinds();
  const [isOpening, setOpening] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  useKeys(t("title"), mayOpen ? [{ key: "n", text: t("open.go"), run: () => setOpening(true) }] : []);

  const close = () => {
    setOpening(false);
    opener.current?.focus();
  };
  const again = () => {
    void accounts.refetch();
    void kinds.refetch();
  };
  const error = accounts.error ?? kinds.error;
  const isHere = accounts.data !== undefined && kinds.data !== undefined;
  return (
    <>
      <div className="row channels-head">
        <h1>{t("title")}</h1>
        {mayOpen && (
          <Button
            ref={opener}
            type="primary"
            aria-expanded={isOpening}
            aria-keyshortcuts="n"
            onClick={() => setOpening(true)}
          >
            {t("open.go")}
          </Button>
        )}
      </div>
      <p className="note">{t("note")}</p>
      {error && !isHere && <Failure error={error} onRetry={again} />}
      {!error && !isHere && <Loading />}
      {isHere && isOpening && <OpenForm kinds={kinds.data} onClose={close} />}
      {isHere && accounts.data.length === 0 && !isOpening && (
        <Empty title={t("empty.title")}>
          <p>{t("empty.first")}</p>
        </Empty>
      )}
      {isHere && accounts.data.length > 0 && <Accounts accounts={accounts.data} kinds={kinds.data} />}
    </>
  );
}

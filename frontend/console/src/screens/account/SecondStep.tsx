import { useId, useState } from "react";
import { useTexts } from "../../i18n";
import { Refusal } from "../../shared/Refusal";
import { Failure, Loading } from "../../shared/States";
import { App } from "./App";
import { useConfirmation } from "./confirmation";
import { Passkeys } from "./Passkeys";
import { useFactors, useFirstCodes } from "./queries";
import { RecoveryCodes } from "./RecoveryCodes";

/** What is asked for after the password, or in its place. */
export function SecondStep() {
  const { t } = useTexts("account");
  const title = useId();
  const factors = useFactors();
  const { confirmed, box } = useConfirmation();
  const first = useFirstCodes(confirmed);
  const [codes, setCodes] = useState<string[]>([]);

  // The first factor brings codes for the day it is lost; they are shown at once, and this once.
  const onAdded = () => {
    const hadCodes = factors.data?.some(({ type }) => type === "recovery_codes");
    if (!hadCodes) first.mutate(undefined, { onSuccess: setCodes });
  };
  return (
    <section className="sheet" aria-labelledby={title}>
      <h2 id={title}>{t("second.title")}</h2>
      <p className="note">{t("second.note")}</p>
      {factors.isPending && <Loading />}
      {factors.error && <Failure error={factors.error} onRetry={() => void factors.refetch()} />}
      {factors.data && (
        <>
          <App isThere={factors.data.some(({ type }) => type === "totp")} onAdded={onAdded} />
          {box}
          <Refusal error={first.error} />
          <RecoveryCodes
            kept={factors.data.find((factor) => factor.type === "recovery_codes")}
            codes={codes}
            onCodes={setCodes}
          />
          <Passkeys passkeys={factors.data.filter((factor) => factor.type === "webauthn")} onAdded={onAdded} />
        </>
      )}
    </section>
  );
}

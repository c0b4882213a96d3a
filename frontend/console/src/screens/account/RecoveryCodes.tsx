import { useId } from "react";
import type { Factor } from "../../api/allauth";
import { useTexts } from "../../i18n";
import { Refusal } from "../../shared/Refusal";
import { Sure } from "../../shared/Sure";
import { CodesOnce } from "./CodesOnce";
import { useConfirmation } from "./confirmation";
import { useOtherCodes } from "./queries";

interface Wishes {
  kept: Extract<Factor, { type: "recovery_codes" }> | undefined;
  codes: readonly string[];
  onCodes: (codes: string[]) => void;
}

/** Codes on paper for the day the phone is lost. */
export function RecoveryCodes({ kept, codes, onCodes }: Wishes) {
  const { t } = useTexts("account");
  const title = useId();
  const { confirmed, box } = useConfirmation();
  const make = useOtherCodes(confirmed);
  return (
    <section aria-labelledby={title}>
      <h3 id={title}>{t("codes.title")}</h3>
      <p>{kept ? t("codes.left", { count: kept.unused_code_count }) : t("codes.none")}</p>
      {codes.length > 0 && <CodesOnce codes={codes} onDone={() => onCodes([])} />}
      {kept && (
        <Sure
          label={t("codes.make")}
          question={t("codes.question")}
          yes={t("codes.yes")}
          isBusy={make.isPending && !box}
          onYes={() => make.mutate(undefined, { onSuccess: onCodes })}
        />
      )}
      {box}
      <Refusal error={make.error} />
    </section>
  );
}

import { Problem } from "../../api/problem";
import { useTexts } from "../../i18n";
import { sentenceOf } from "../../shared/problems";
import { PasskeyUnused, type Step } from "./queries";

const OUTDATED = 403;
const TOO_OFTEN = "429";

/** Says why one is not in yet; nothing where there is nothing to say. */
export function Refusal({ step, error }: { step?: Step | undefined; error?: unknown }) {
  const text = useSentence(step, error);
  return (
    <div role="alert" className="alert">
      {text}
    </div>
  );
}

function useSentence(step: Step | undefined, error: unknown): string {
  const { t } = useTexts("sign-in");
  const { t: shared } = useTexts("shared");
  if (error instanceof PasskeyUnused) return t("passkey.unused");
  if (error instanceof Problem && error.status === OUTDATED && !error.message) return t("failed");
  if (error) return sentenceOf(error, shared);
  if (step?.kind !== "refused") return "";
  return step.message || t(step.code === TOO_OFTEN ? "tooOften" : "failed");
}

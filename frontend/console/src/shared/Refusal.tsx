import { GivenUp, Problem } from "../api/problem";
import { useTexts } from "../i18n";
import { sentenceOf } from "./problems";

/** Why the server refused, in its words, beside the control that asked. */
export function Refusal({ error, id }: { error: unknown; id?: string }) {
  const { t } = useTexts("shared");
  if (!error || error instanceof GivenUp) return null;
  const fields = error instanceof Problem ? Object.values(error.fields) : [];
  return (
    <p className="refusal" role="alert" id={id}>
      {fields.length > 0 ? fields.join(" ") : sentenceOf(error, t)}
    </p>
  );
}

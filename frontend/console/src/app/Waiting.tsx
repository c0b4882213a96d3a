import { useTexts } from "../i18n";

/** What is seen until the first answer. */
export function Waiting() {
  const { t } = useTexts("shared");
  return (
    <div className="centred" aria-busy="true">
      <p className="waiting" role="status">
        {t("loading")}
      </p>
    </div>
  );
}

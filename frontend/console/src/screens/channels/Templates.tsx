import { Button } from "antd";
import { useState } from "react";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { isLanguage, LANGUAGES } from "../../i18n/languages";
import { Failure, Loading } from "../../shared/States";
import { type Account, type Needed, useNeeded } from "./queries";

/** The texts that the provider must approve, in its own writing; those that dialogues begin with come first. */
export function Templates({ account }: { account: Account }) {
  const { t, i18n } = useTexts("channels");
  const say = useSay();
  const needed = useNeeded(account.id);
  const [language, setLanguage] = useState(isLanguage(i18n.language) ? i18n.language : "en");
  if (needed.error) return <Failure error={needed.error} onRetry={() => void needed.refetch()} />;
  if (!needed.data) return <Loading />;

  const copy = (text: string) => {
    navigator.clipboard.writeText(text).then(
      () => say.done(t("templates.copied")),
      () => say.failed(t("templates.notCopied")),
    );
  };
  return (
    <section aria-label={t("templates.title")}>
      <h3>{t("templates.title")}</h3>
      <p className="note">{t("templates.note")}</p>
      <div className="row">
        <label>
          <span>{t("templates.language")} </span>
          <select
            className="field"
            value={language}
            onChange={({ target }) => isLanguage(target.value) && setLanguage(target.value)}
          >
            {Object.entries(LANGUAGES).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <Button onClick={() => copy(needed.data.map(lineOf).join("\n"))}>{t("templates.copyList")}</Button>
      </div>
      <ul className="channels-templates">
        {needed.data
          .filter((one) => one.language === language)
          .map((one) => (
            <Row key={one.name} needed={one} onCopy={() => copy(one.text)} />
          ))}
      </ul>
    </section>
  );
}

function Row({ needed, onCopy }: { needed: Needed; onCopy: () => void }) {
  const { t } = useTexts("channels");
  const { name, places, text, code, is_opening: isOpening } = needed;
  return (
    <li>
      <div className="row">
        <code>{name}</code>
        <span className={isOpening && !code ? "alarm" : "note"}>
          {code ? t("templates.listed", { code }) : t("templates.lacking")}
        </span>
        {isOpening && <span className="note">{t("templates.opening")}</span>}
        <Button size="small" aria-label={t("templates.copyName", { name })} onClick={onCopy}>
          {t("templates.copy")}
        </Button>
      </div>
      {places.length > 0 && <p className="note">{t("templates.places", { places: places.join(", ") })}</p>}
      <pre className="channels-template">{text}</pre>
    </li>
  );
}

/** A line of the setting; where the provider's code is not known yet it is left to be filled in. */
function lineOf({ name, language, code }: Needed): string {
  return `${name} ${language} ${code}`.trim();
}

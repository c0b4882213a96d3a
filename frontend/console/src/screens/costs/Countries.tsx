import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useSay } from "../../app/Say";
import { useMay } from "../../app/me";
import { useTexts } from "../../i18n";
import { Refusal } from "../../shared/Refusal";
import { useConfirmation } from "../account/confirmation";
import { useOpenCountries } from "./queries";
import { useCountryName } from "./words";

/** Where texts go at all; each further country is warned of, and opened by somebody who confirms that it is they. */
export function Countries({ open, own }: { open: readonly string[]; own: string }) {
  const { t } = useTexts("costs");
  const say = useSay();
  const mayChange = useMay()("settings.write");
  const nameOf = useCountryName();
  const { confirmed, box } = useConfirmation();
  const keep = useOpenCountries(confirmed);
  const [letters, setLetters] = useState("");
  const abroad = open.filter((code) => code !== own);

  const put = (countries: string[]) => keep.mutate(countries, { onSuccess: () => say.done(t("kept")) });
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (letters.length === 2) put([...open, letters]);
  };
  return (
    <section className="sheet costs-sheet" aria-labelledby="countries">
      <h2 id="countries">{t("countries.title")}</h2>
      <p className="note">{t("countries.note")}</p>
      {abroad.length > 0 && <p className="costs-warn">{t("countries.warning", { count: abroad.length })}</p>}
      {!open.includes(own) && <p className="costs-warn">{t("countries.notOwn", { country: nameOf(own) })}</p>}
      <ul className="costs-countries" aria-label={t("countries.title")}>
        {open.map((code) => (
          <li key={code}>
            {nameOf(code)} ({code})
            {mayChange && open.length > 1 && (
              <Button
                size="small"
                aria-label={t("countries.closeName", { country: nameOf(code) })}
                onClick={() => put(open.filter((one) => one !== code))}
              >
                {t("countries.close")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayChange && (
        <form className="row" aria-label={t("countries.open")} onSubmit={add}>
          <label className="row">
            {t("countries.letters")}
            <input
              className="costs-field costs-short"
              maxLength={2}
              pattern="[A-Za-z]{2}"
              required
              value={letters}
              onChange={({ target }) => setLetters(target.value.toUpperCase())}
            />
          </label>
          {letters.length === 2 && <span className="note">{nameOf(letters)}</span>}
          <Button htmlType="submit" loading={keep.isPending && !box}>
            {t("countries.open")}
          </Button>
        </form>
      )}
      <Refusal error={keep.error} />
      {box}
    </section>
  );
}

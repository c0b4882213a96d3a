import { useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { type FormEvent, useId, useState } from "react";
import { useMe } from "../../app/me";
import { useSay } from "../../app/Say";
import { changeLanguage, useTexts } from "../../i18n";
import { isLanguage, type Language, LANGUAGES } from "../../i18n/languages";
import { Refusal } from "../../shared/Refusal";
import { useRename, useSpeak } from "./queries";

/** How one is called, and in which language one reads. */
export function Profile() {
  const { t } = useTexts("account");
  const title = useId();
  const me = useMe();
  const say = useSay();
  const rename = useRename();
  const [name, setName] = useState(me.name);

  const keep = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate(name.trim(), { onSuccess: () => say.done(t("profile.kept")) });
  };
  return (
    <section className="sheet" aria-labelledby={title}>
      <h2 id={title}>{t("profile.title")}</h2>
      <form className="account-line" onSubmit={keep}>
        <label>
          <span>{t("profile.name")}</span>
          <Input
            required
            autoComplete="name"
            maxLength={120}
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
        </label>
        <Button htmlType="submit" loading={rename.isPending} disabled={name.trim() === me.name}>
          {t("profile.keep")}
        </Button>
      </form>
      <Refusal error={rename.error} />
      <LanguageChoice />
    </section>
  );
}

function LanguageChoice() {
  const { t, i18n } = useTexts("account");
  const group = useId();
  const client = useQueryClient();
  const speak = useSpeak();
  const pick = (language: string) => {
    if (!isLanguage(language)) return;
    speak.mutate(language, { onSuccess: () => read(language) });
  };
  // The server words its answers too: all of them are asked anew.
  const read = (language: Language) => void changeLanguage(language).then(() => client.invalidateQueries());
  return (
    <fieldset className="account-choice">
      <legend>{t("profile.language")}</legend>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <label key={code} lang={code}>
          <input
            type="radio"
            name={group}
            value={code}
            checked={i18n.language === code}
            onChange={({ target }) => pick(target.value)}
          />{" "}
          {name}
        </label>
      ))}
      <Refusal error={speak.error} />
    </fieldset>
  );
}

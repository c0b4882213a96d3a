import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { changeLanguage, useTexts } from "../i18n";
import { isLanguage, type Language, LANGUAGES } from "../i18n/languages";
import { meQuery, useMaybeMe } from "./me";
import { chooseMode, MODES, useMode } from "./theme";

/** A choice of the three languages; somebody signed in takes it along to other browsers. */
export function LanguagePicker() {
  const { t, i18n } = useTexts("app");
  const me = useMaybeMe();
  const client = useQueryClient();
  const keep = useMutation({
    mutationFn: (language: Language) => answer(api.PATCH("/api/v1/me/", { body: { language } })),
    onSuccess: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
  const pick = (word: string) => {
    if (!isLanguage(word)) return;
    void changeLanguage(word).then(() => client.invalidateQueries()); // the server words its answers too
    if (me) keep.mutate(word);
  };
  return (
    <label className="picker">
      <span className="unseen">{t("language")}</span>
      <select value={i18n.language} onChange={({ target }) => pick(target.value)}>
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Light, dark, or as the system says. */
export function ModePicker() {
  const { t } = useTexts("app");
  const { mode } = useMode();
  return (
    <label className="picker">
      <span className="unseen">{t("mode.label")}</span>
      <select
        value={mode}
        onChange={({ target }) => chooseMode(MODES.find((word) => word === target.value) ?? "system")}
      >
        {MODES.map((word) => (
          <option key={word} value={word}>
            {t(`mode.${word}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

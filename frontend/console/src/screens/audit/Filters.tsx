import { useTexts } from "../../i18n";
import type { Filter } from "./asked";
import { useAuditWords, usePeople } from "./queries";
import { actionWord, subjectWord } from "./words";

interface Parts {
  filter: Filter;
  onChange: (name: keyof Filter, value: string) => void;
}

/** By whom, what, on what, from when until when. */
export function Filters({ filter, onChange }: Parts) {
  const { t, i18n } = useTexts("audit");
  const isKnown = (key: string) => i18n.exists(key, { ns: "audit" });
  const people = usePeople().data?.results ?? [];
  const words = useAuditWords().data;
  const choices = {
    actor: people.map(({ id, name }) => [String(id), name] as const),
    action: (words?.actions ?? []).map((word) => [word, actionWord(word, t, isKnown)] as const),
    subject: (words?.subject_kinds ?? []).map((word) => [word, subjectWord(word, t, isKnown)] as const),
  };
  return (
    <>
      {(["actor", "action", "subject"] as const).map((name) => (
        <label key={name} className="picker">
          <span>{t(`filter.${name}`)}</span>
          <select value={filter[name]} onChange={({ target }) => onChange(name, target.value)}>
            <option value="">{t("filter.all")}</option>
            {choices[name].map(([value, word]) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </select>
        </label>
      ))}
      {(["from", "until"] as const).map((name) => (
        <label key={name} className="picker">
          <span>{t(`filter.${name}`)}</span>
          <input type="date" value={filter[name]} onChange={({ target }) => onChange(name, target.value)} />
        </label>
      ))}
    </>
  );
}

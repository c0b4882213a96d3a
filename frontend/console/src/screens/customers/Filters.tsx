import { useTexts } from "../../i18n";
import { CONSENTS, type Filter, KINDS, LIFECYCLES, VALUES } from "./asked";

interface Parts {
  filter: Filter;
  onChange: (name: keyof Filter, value: string) => void;
}

/** Which files are listed. */
export function Filters({ filter, onChange }: Parts) {
  const { t } = useTexts("customers");
  const boxes: { name: Exclude<keyof Filter, "order">; choices: (readonly [string, string])[] }[] = [
    { name: "lifecycle", choices: LIFECYCLES.map((word) => [word, t(`lifecycle.${word}`)]) },
    { name: "consenting", choices: CONSENTS.map((word) => [word, t(`consenting.${word}`)]) },
    { name: "value", choices: VALUES.map((word) => [word, t(`value.${word}`)]) },
    { name: "kind", choices: KINDS.map((word) => [word, t(`kind.${word}`)]) },
    { name: "gaps", choices: [["yes", t("gaps.yes")]] },
  ];
  return boxes.map(({ name, choices }) => (
    <label key={name} className="picker">
      <span>{t(`filter.${name}`)}</span>
      <select value={filter[name]} onChange={({ target }) => onChange(name, target.value)}>
        <option value="">{t("filter.all")}</option>
        {choices.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
    </label>
  ));
}

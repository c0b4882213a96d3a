import { Refusal } from "../../shared/Refusal";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { type Person, useShare } from "./queries";

// In percent of a usual share; the server takes any up to three hundred.
const SHARES = [0, 25, 50, 75, 100, 125, 150, 200];

/** How many new files somebody gets beside the others. */
export function Share({ person }: { person: Person }) {
  const { t } = useTexts("people");
  const format = useFormat();
  const share = useShare(person.id);
  const shares = SHARES.includes(person.ability) ? SHARES : [...SHARES, person.ability];
  return (
    <>
      <label className="picker">
        <span className="note">{t("share.label")}</span>{" "}
        <select
          aria-label={t("share.name", { name: person.name })}
          value={person.ability}
          disabled={share.isPending}
          onChange={({ target }) => share.mutate(Number(target.value))}
        >
          {shares.map((one) => (
            <option key={one} value={one}>
              {format.percent(one / 100)}
            </option>
          ))}
        </select>
      </label>
      <Refusal error={share.error} />
    </>
  );
}

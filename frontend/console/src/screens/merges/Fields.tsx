import { useTexts } from "../../i18n";
import { useValue } from "../file/words";
import type { Field, Preview } from "./queries";

interface Parts {
  preview: Preview;
  take: Field[];
  onTake: (take: Field[]) => void;
}

/** Each field of both files; where they differ, one chooses which stays. */
export function Fields({ preview, take, onTake }: Parts) {
  const { t } = useTexts("merges");
  const value = useValue();
  const shown = preview.fields_of_both.filter(({ kept, other }) => kept || other);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t("fields.title")}>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">{t("fields.field")}</th>
            <th scope="col">{t("fields.kept")}</th>
            <th scope="col">{t("fields.other")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((pair) => (
            <tr key={pair.field}>
              <th scope="row">{t(`field.${pair.field as Field}`)}</th>
              {pair.is_same ? (
                <td colSpan={2}>{value(pair.field, pair.kept)}</td>
              ) : (
                <Choice pair={pair} take={take} onTake={onTake} />
              )}
            </tr>
          ))}
          <Lines title={t("fields.contacts")} values={sidesOf(preview, contactsOf)} />
          <Lines title={t("fields.cars")} values={sidesOf(preview, carsOf)} />
        </tbody>
      </table>
    </div>
  );
}

type Side = Preview["kept"];
const contactsOf = (side: Side) => side.contact_points.map(({ value }) => value);
const carsOf = (side: Side) => side.ownerships.map(({ vehicle }) => vehicle.plate || vehicle.vin);
const sidesOf = (preview: Preview, of: (side: Side) => string[]) => [of(preview.kept), of(preview.other)];

function Lines({ title, values }: { title: string; values: string[][] }) {
  if (values.every(({ length }) => length === 0)) return null;
  return (
    <tr>
      <th scope="row">{title}</th>
      {values.map((lines, at) => (
        <td key={at}>{lines.join(", ") || "–"}</td>
      ))}
    </tr>
  );
}

function Choice({ pair, take, onTake }: { pair: Preview["fields_of_both"][number] } & Omit<Parts, "preview">) {
  const { t } = useTexts("merges");
  const value = useValue();
  const field = pair.field as Field;
  const isTaken = take.includes(field);
  const choose = (isOther: boolean) => onTake(isOther ? [...take, field] : take.filter((word) => word !== field));
  return [false, true].map((isOther) => {
    const written = value(field, isOther ? pair.other : pair.kept);
    return (
      <td key={String(isOther)}>
        <label>
          <input
            type="radio"
            name={`take-${field}`}
            checked={isTaken === isOther}
            onChange={() => choose(isOther)}
            aria-label={`${t(`field.${field}`)}: ${written || t("fields.nothing")}`}
          />{" "}
          {written || <span className="note">{t("fields.nothing")}</span>}
        </label>
      </td>
    );
  });
}

import { Button } from "antd";
import { useState } from "react";
import { useTexts } from "../../i18n";
import { Failure } from "../../shared/States";
import { type Hit, usePeopleFound } from "./queries";

interface Props {
  label: string;
  onPick: (customerId: number, name: string) => void;
}

/** Finds a person by name, phone or plate, and takes one of them. */
export function PickPerson({ label, onPick }: Props) {
  const { t } = useTexts("file");
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const { data, error, isFetching } = usePeopleFound(asked);
  const hits = Object.values(data ?? {}).flatMap((page) => page?.hits ?? []);
  return (
    <div>
      <form
        className="row adding"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(text.trim());
        }}
      >
        <label>
          {label}{" "}
          <input className="box" maxLength={100} value={text} onChange={({ target }) => setText(target.value)} />
        </label>
        <Button size="small" htmlType="submit" loading={isFetching}>
          {t("pick.find")}
        </Button>
      </form>
      {error && <Failure error={error} />}
      {data && hits.length === 0 && <p className="note">{t("pick.nobody")}</p>}
      <ul className="lines">
        {people(hits).map((hit) => (
          <li key={hit.customer_id}>
            <Button size="small" onClick={() => onPick(hit.customer_id ?? 0, hit.customer_name)}>
              {[hit.customer_name, hit.plate].filter(Boolean).join(" · ")}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

const people = (hits: readonly Hit[]) => [
  ...new Map(hits.filter((hit) => hit.customer_id !== null).map((hit) => [hit.customer_id, hit])).values(),
];

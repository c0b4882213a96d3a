import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useSay } from "../../app/Say";
import { useMay } from "../../app/me";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { Refusal } from "../../shared/Refusal";
import { type Caps as Values, type CapsHere, useKeepCaps } from "./queries";

const NAMES = ["per_number", "per_account", "per_dealer", "per_block"] as const;

/** How many texts leave at most; the server says what the manufacturer's standard does not allow. */
export function Caps({ caps }: { caps: CapsHere }) {
  const { t } = useTexts("costs");
  const say = useSay();
  const format = useFormat();
  const mayChange = useMay()("settings.write");
  const keep = useKeepCaps();
  const [wished, setWished] = useState<Values>(caps.here);
  const isChanged = NAMES.some((name) => wished[name] !== caps.here[name]);

  const send = (event: FormEvent) => {
    event.preventDefault();
    keep.mutate(wished, { onSuccess: () => say.done(t("kept")) });
  };
  return (
    <section className="sheet costs-sheet" aria-labelledby="caps">
      <h2 id="caps">{t("caps.title")}</h2>
      <p className="note">{t("caps.note")}</p>
      <form aria-label={t("caps.title")} onSubmit={send}>
        <table className="costs-table">
          <thead>
            <tr>
              <th scope="col">{t("caps.which")}</th>
              <th scope="col">{t("caps.here")}</th>
              <th scope="col" className="costs-number">
                {t("caps.standard")}
              </th>
            </tr>
          </thead>
          <tbody>
            {NAMES.map((name) => (
              <tr key={name}>
                <th scope="row">{t(`caps.names.${name}`)}</th>
                <td>
                  <input
                    className="costs-field costs-amount"
                    type="number"
                    min={1}
                    required
                    disabled={!mayChange}
                    aria-label={t(`caps.names.${name}`)}
                    value={wished[name] || ""}
                    onChange={({ target }) => setWished({ ...wished, [name]: Number(target.value) })}
                  />
                </td>
                <td className="costs-number">{format.number(caps.standard[name])}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <Refusal error={keep.error} />
        {mayChange && (
          <p className="row">
            <Button type="primary" htmlType="submit" disabled={!isChanged} loading={keep.isPending}>
              {t("caps.keep")}
            </Button>
          </p>
        )}
      </form>
    </section>
  );
}

import { Button } from "antd";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import type { Subject } from "../file/queries";
import { useWord } from "../file/words";
import { type Matrix, useLift } from "./queries";

/** What stops messages whatever was answered: put up by the owner, a provider or a person of the centre. */
export function Walls({ walls, subject }: { walls: Matrix["suppressions"]; subject: Subject }) {
  const { t } = useTexts("customer");
  const words = useTexts("file").t;
  const format = useFormat();
  const word = useWord();
  const lift = useLift(subject);
  if (walls.length === 0) return null;
  return (
    <>
      <h3>{t("walls.title")}</h3>
      <ul className="lines">
        {walls.map((wall) => (
          <li key={wall.id} className="row">
            <div>
              {words(`purposes.${(wall.purpose || "ALL") as "ALL"}`)} ·{" "}
              {wall.channel ? word("channels", wall.channel) : words("channels.ALL")} · {word("reasons", wall.reason)}
              <div className="note">
                {wall.wording && `“${wall.wording}” · `}
                {format.dateTime(wall.at)}
                {wall.lifted_at && ` · ${t("walls.lifted", { at: format.dateTime(wall.lifted_at) })}`}
              </div>
            </div>
            {wall.allowed.includes("lift") && (
              <Button
                size="small"
                loading={lift.isPending}
                onClick={() => lift.mutate({ id: wall.id, reason: "ASKED" })}
              >
                {t("walls.lift")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

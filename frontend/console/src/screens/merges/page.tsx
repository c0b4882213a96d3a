import { useState } from "react";
import { useKeys } from "../../app/keys";
import { useTexts } from "../../i18n";
import { Comparing } from "./Comparing";
import "./merges.css";
import { Pairs } from "./Pairs";
import type { Suggestion } from "./queries";
import { Standing } from "./Standing";

/** Files that may be one person's: suggested by the system, decided by a person, undoable. */
export default function Page() {
  const { t } = useTexts("merges");
  const [picked, setPicked] = useState<Suggestion>();
  useKeys(t("title"), picked ? [{ key: "Escape", text: t("comparing.leave"), run: () => setPicked(undefined) }] : []);
  return (
    <section>
      <h1>{t("title")}</h1>
      <p className="note">{t("hint")}</p>
      {picked && <Comparing key={picked.id} pair={picked} onDone={() => setPicked(undefined)} />}
      <h2 className="merges-part">{t("pairs.title")}</h2>
      <Pairs picked={picked} onPick={setPicked} />
      <h2 className="merges-part">{t("standing.title")}</h2>
      <Standing />
    </section>
  );
}

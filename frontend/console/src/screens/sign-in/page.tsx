import { lazy, Suspense, useState } from "react";
import { useLocation } from "react-router";
import { useTexts } from "../../i18n";
import { First } from "./First";
import { Frame } from "./Frame";
import { goOn } from "./onward";
import type { Step } from "./queries";

// Most people have no second step: it comes when it is asked for.
const Second = lazy(() => import("./Second"));

/** Signing in: a password or a passkey, and a second step for those who have one. */
export default function Page() {
  const { t } = useTexts("sign-in");
  const { search, state } = useLocation();
  const [types, setTypes] = useState<readonly string[]>();
  const take = (step: Step) => {
    if (step.kind === "in") goOn(search);
    if (step.kind === "second") setTypes(step.types);
  };
  const isReset = (state as { isReset?: boolean } | null)?.isReset === true;
  return (
    <Frame title={t(types ? "second.title" : "title")}>
      {types ? (
        <Suspense>
          <Second types={types} onStep={take} onBack={() => setTypes(undefined)} />
        </Suspense>
      ) : (
        <>
          {isReset && <p role="status">{t("reset.done")}</p>}
          <First onStep={take} />
        </>
      )}
    </Frame>
  );
}

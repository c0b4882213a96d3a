import { Button } from "antd";
import { useId } from "react";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { useOpener } from "../../shared/opener";
import { Refusal } from "../../shared/Refusal";
import { Sure } from "../../shared/Sure";
import { AppSetUp } from "./AppSetUp";
import { useConfirmation } from "./confirmation";
import { useBeginTotp, useRemoveTotp } from "./queries";

/** The authenticator app on the person's phone. */
export function App({ isThere, onAdded }: { isThere: boolean; onAdded: () => void }) {
  const { t } = useTexts("account");
  const title = useId();
  const say = useSay();
  const { confirmed, box } = useConfirmation();
  const begin = useBeginTotp(confirmed);
  const remove = useRemoveTotp(confirmed);
  const opener = useOpener(begin.data !== undefined);
  const added = () => {
    begin.reset();
    say.done(t("app.added"));
    onAdded();
  };
  return (
    <section aria-labelledby={title}>
      <h3 id={title}>{t("app.title")}</h3>
      {isThere && <p>{t("app.there")}</p>}
      {!isThere && !begin.data && (
        <>
          <p>{t("app.none")}</p>
          <Button ref={opener} loading={begin.isPending && !box} onClick={() => begin.mutate(undefined)}>
            {t("app.begin")}
          </Button>
        </>
      )}
      {!isThere && begin.data && <AppSetUp secret={begin.data} onDone={added} onGiveUp={begin.reset} />}
      {isThere && (
        <Sure
          label={t("app.remove")}
          question={t("app.question")}
          yes={t("app.yes")}
          isBusy={remove.isPending && !box}
          onYes={() => remove.mutate(undefined)}
        />
      )}
      {box}
      <Refusal error={begin.error ?? remove.error} />
    </section>
  );
}

import { Button } from "antd";
import { useRouteError } from "react-router";
import { useTexts } from "../i18n";

// What browsers say when a script of an older release is gone from the server.
const OUTDATED = /dynamically imported module|module script failed|Loading chunk/i;

/** A screen that broke: says so, keeps the rest of the house standing, and offers the one thing that helps. */
export function Broken() {
  const error = useRouteError();
  const { t } = useTexts("app");
  const isOutdated = error instanceof Error && OUTDATED.test(error.message);
  return (
    <section className="centred" role="alert">
      <h1>{isOutdated ? t("broken.outdated") : t("broken.title")}</h1>
      <p>{t("broken.kept")}</p>
      <Button type="primary" onClick={() => location.reload()}>
        {t("broken.reload")}
      </Button>
    </section>
  );
}

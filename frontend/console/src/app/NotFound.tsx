import { Link } from "react-router";
import { useTexts } from "../i18n";

/** An address that leads nowhere. */
export function NotFound() {
  const { t } = useTexts("app");
  return (
    <section className="centred">
      <h1>{t("notFound.title")}</h1>
      <Link to="/">{t("notFound.home")}</Link>
    </section>
  );
}

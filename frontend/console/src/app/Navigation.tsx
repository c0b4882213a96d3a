import { NavLink, useNavigate } from "react-router";
import { useTexts } from "../i18n";
import { useKeys } from "./keys";
import { useMay } from "./me";
import { SCREENS, type Screen } from "./screens";

type Entry = Screen & { nav: NonNullable<Screen["nav"]> };

/** Return the screens that stand in the navigation of this person. */
export function useEntries(): Entry[] {
  const may = useMay();
  return SCREENS.filter(
    (screen): screen is Entry => screen.nav !== undefined && (screen.action === undefined || may(screen.action)),
  );
}

/** The way from screen to screen: a column, on a tablet a row. */
export function Navigation() {
  const { t } = useTexts("app");
  return (
    <nav className="navigation" aria-label={t("navigation")}>
      <ul>
        {useEntries().map(({ path, nav }) => (
          <li key={path}>
            <NavLink to={`/${path}`}>{t(`nav.${nav}`)}</NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** "g" and a letter lead to a screen from anywhere. */
export function useNavigationKeys(): void {
  const { t } = useTexts("app");
  const navigate = useNavigate();
  const keys = useEntries().flatMap(({ path, nav, key }) =>
    key ? [{ key: `g ${key}`, text: t(`nav.${nav}`), run: () => void navigate(`/${path}`) }] : [],
  );
  useKeys(t("keys.go"), keys);
}

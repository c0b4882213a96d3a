import { Button } from "antd";
import { useTexts } from "../i18n";
import { useLiveState } from "../live/LiveProvider";
import type { useBeside } from "./beside";
import { useMe } from "./me";
import { LanguagePicker, ModePicker } from "./Pickers";
import { SignOut } from "./SignOut";

const PLATFORM = "Aftercare";

interface Parts {
  onSearch: () => void;
  beside: ReturnType<typeof useBeside>;
}

/** Where one is, whether what is seen is live, and the things that are the same everywhere. */
export function TopBar({ onSearch, beside }: Parts) {
  const { t } = useTexts("app");
  const me = useMe();
  return (
    <header className="top">
      <strong className="place">{me.dealer_shown_name || PLATFORM}</strong>
      {me.dealer !== null && <LiveMark />}
      <Button className="search" onClick={onSearch} aria-keyshortcuts="Control+K">
        {t("palette.open")} <kbd>Ctrl K</kbd>
      </Button>
      {beside.isOffered && (
        <Button type={beside.isOpen ? "primary" : "default"} aria-pressed={beside.isOpen} onClick={beside.toggle}>
          {t("simulator.open")}
        </Button>
      )}
      <LanguagePicker />
      <ModePicker />
      <span className="who">{me.name}</span>
      <SignOut />
    </header>
  );
}

function LiveMark() {
  const { t } = useTexts("app");
  const state = useLiveState();
  return (
    <span className="live" data-state={state} role="status">
      {t(`live.${state}`)}
    </span>
  );
}

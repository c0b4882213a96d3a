import { useEffect, useRef } from "react";
import { useTexts } from "../i18n";

const KEPT = "aftercare.simulator.width";

/** The owners' drawn phones beside the screen one works on; its width is the person's. */
export default function Simulator() {
  const { t, i18n } = useTexts("app");
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const { current } = panel;
    if (!current) return;
    current.style.width = localStorage.getItem(KEPT) ?? "";
    const watcher = new ResizeObserver(() => {
      if (current.style.width) localStorage.setItem(KEPT, current.style.width);
    });
    watcher.observe(current);
    return () => watcher.disconnect();
  }, []);
  return (
    <aside className="beside" ref={panel} aria-label={t("simulator.title")}>
      <iframe key={i18n.language} src="/simulator/?beside" title={t("simulator.title")} />
    </aside>
  );
}

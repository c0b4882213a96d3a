import { Modal } from "antd";
import { useContext } from "react";
import { useTexts } from "../i18n";
import { KeyContext } from "./keys";

/** The list of keys that work here and now. */
export default function KeyHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTexts("app");
  const { tables } = useContext(KeyContext);
  return (
    <Modal open title={t("keys.title")} footer={null} onCancel={onClose}>
      {[...tables].map(({ current: { title, keys } }) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl className="keys">
            {keys.map(({ key, text }) => (
              <div key={key}>
                <dt>{shown(key)}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  );
}

const isMac = /Mac|iPad|iPhone/.test(navigator.userAgent);

// What keyboards say in place of a key's name.
const SIGNS: Record<string, string> = { Escape: "Esc", ArrowDown: "↓", ArrowUp: "↑" };

/** Return a key as it stands on keyboards. */
function shown(key: string) {
  const parts = key
    .replace("mod+", isMac ? "⌘ " : "Ctrl ")
    .replace("alt+", "Alt ")
    .split(" ");
  return parts.map((part) => <kbd key={part}>{SIGNS[part] ?? part}</kbd>);
}

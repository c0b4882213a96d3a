import { Input, Modal } from "antd";
import { type KeyboardEvent, useId, useState } from "react";
import { useNavigate } from "react-router";
import { useTexts } from "../i18n";
import { sentenceOf } from "../shared/problems";
import { useFound } from "./found";

/** Finds a person, a car or a page by a few letters, and goes there by Enter. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTexts("app");
  const navigate = useNavigate();
  const list = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const { finds, isLooking, error } = useFound(text);
  const { t: words } = useTexts("shared");

  const go = (index: number) => {
    const find = finds[index];
    if (!find) return;
    onClose();
    void navigate(find.to);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((now) => (now + step + finds.length) % Math.max(finds.length, 1));
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) go(at);
    else return;
    event.preventDefault();
  };
  return (
    <Modal open title={t("palette.title")} footer={null} onCancel={onClose} className="palette">
      <Input
        autoFocus
        role="combobox"
        aria-expanded={finds.length > 0}
        aria-controls={list}
        aria-activedescendant={finds[at] ? `${list}-${at}` : undefined}
        aria-label={t("palette.label")}
        placeholder={t("palette.hint")}
        value={text}
        maxLength={100}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <p className="note" role="status">
        {error ? sentenceOf(error, words) : isLooking ? words("loading") : finds.length ? "" : t("palette.nothing")}
      </p>
      <ul id={list} role="listbox" aria-label={t("palette.title")} className="finds">
        {finds.map((find, index) => (
          <li
            key={find.to}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === at}
            onClick={() => go(index)}
          >
            <span>{find.text}</span> <span className="note">{find.note}</span>
          </li>
        ))}
      </ul>
    </Modal>
  );
}

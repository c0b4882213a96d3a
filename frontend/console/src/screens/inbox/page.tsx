import { useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useKeys } from "../../app/keys";
import { useTexts } from "../../i18n";
import "./inbox.css";
import { List } from "./List";
import { usePlace } from "./tabs";
import { Talk } from "./Talk";

/** Conversations on the left, the one picked in the middle, the person and what is known beside it. */
export default function Page() {
  const { t } = useTexts("inbox");
  const { id, toList } = usePlace();
  const navigate = useNavigate();
  const list = useRef<HTMLDivElement>(null);
  const [isSide, setSide] = useState(false);
  const leave = () => {
    void navigate(toList);
    list.current?.querySelector<HTMLElement>(`[data-row="${id}"]`)?.focus();
  };
  useKeys(t("keys.title"), id === null ? [] : [{ key: "Escape", text: t("keys.leave"), run: leave }]);
  return (
    <section className="inbox" data-open={id !== null || undefined} data-side={isSide || undefined}>
      <h1 className="unseen">{t("title")}</h1>
      <div className="inbox-list" ref={list}>
        <List />
      </div>
      {id === null ? (
        <p className="state inbox-none">{t("pick")}</p>
      ) : (
        <Talk key={id} id={id} isSide={isSide} onSide={() => setSide(!isSide)} onLeave={leave} />
      )}
    </section>
  );
}

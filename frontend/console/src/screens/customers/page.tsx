import { useRef, useState } from "react";
import { useKeys } from "../../app/keys";
import { useTexts } from "../../i18n";
import "./customers.css";
import { Found } from "./Found";
import { List } from "./List";
import { useCalm } from "../../app/found";

/** All customers of the dealer: searched by whatever one has in hand, or listed by where they stand. */
export default function Page() {
  const { t } = useTexts("customers");
  const [text, setText] = useState("");
  const box = useRef<HTMLInputElement>(null);
  const asked = useCalm(text.trim());
  useKeys(t("title"), [{ key: "s", text: t("search.label"), run: () => box.current?.focus() }]);
  return (
    <section>
      <h1>{t("title")}</h1>
      <label className="customers-search">
        <span>{t("search.label")}</span>
        <input
          ref={box}
          type="search"
          value={text}
          maxLength={100}
          autoComplete="off"
          placeholder={t("search.hint")}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      {asked ? <Found text={asked} /> : <List />}
    </section>
  );
}

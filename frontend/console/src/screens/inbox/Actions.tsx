import { Button } from "antd";
import { useRef } from "react";
import { useKeys } from "../../app/keys";
import { useMe } from "../../app/me";
import { useTexts } from "../../i18n";
import { type Talk, useAssign, useClose, useColleagues, useHandBack, useTake } from "./queries";

/** Taking, giving, handing back and ending: what the server allows, each by a button and a key. */
export function Actions({ talk }: { talk: Talk }) {
  const { t } = useTexts("inbox");
  const [take, handBack, close] = [useTake(talk.id), useHandBack(talk.id), useClose(talk.id)];
  const picker = useRef<HTMLSelectElement>(null);
  const may = (verb: Talk["allowed"][number]) => talk.allowed.includes(verb);
  const others = talk.assignee_name;
  const doing = [
    {
      verb: "take_over",
      key: "t",
      help: t("keys.take"),
      text: others ? t("verbs.take_from", { name: others }) : t("verbs.take_over"),
      // Knowingly: whoever has it by then keeps it, if that is somebody else.
      run: () => take.mutate(talk.assignee_id),
    },
    { verb: "hand_back", key: "b", help: t("keys.back"), text: t("verbs.hand_back"), run: () => handBack.mutate() },
    { verb: "close", key: "x", help: t("keys.close"), text: t("verbs.close"), run: () => close.mutate() },
  ] as const;
  const offered = doing.filter(({ verb }) => may(verb));
  useKeys(t("keys.title"), [
    ...offered.map(({ key, help, run }) => ({ key, text: help, run })),
    ...(may("assign") ? [{ key: "a", text: t("keys.assign"), run: () => picker.current?.focus() }] : []),
  ]);
  return (
    <div className="row inbox-actions">
      {offered.map(({ verb, key, text, run }) => (
        <Button key={verb} onClick={run} disabled={take.isPending || handBack.isPending || close.isPending}>
          {text} <kbd aria-hidden>{key}</kbd>
        </Button>
      ))}
      {may("assign") && <Assign talk={talk} picker={picker} />}
    </div>
  );
}

function Assign({ talk, picker }: { talk: Talk; picker: React.RefObject<HTMLSelectElement | null> }) {
  const { t } = useTexts("inbox");
  const assign = useAssign(talk.id);
  const me = useMe().id;
  const colleagues = useColleagues().data?.results ?? [];
  const chosen = colleagues.some(({ id }) => id === talk.assignee_id) ? String(talk.assignee_id) : "";
  return (
    <label className="picker">
      <span>{t("verbs.assign")} </span>
      <select
        ref={picker}
        value={chosen}
        onChange={({ target }) => assign.mutate(target.value ? Number(target.value) : null)}
      >
        <option value="">{t("verbs.nobody")}</option>
        {colleagues.map(({ id, name }) => (
          <option key={id} value={id}>
            {id === me ? `${name} ★` : name}
          </option>
        ))}
      </select>
    </label>
  );
}

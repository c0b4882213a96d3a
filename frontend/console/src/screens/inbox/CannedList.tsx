import { useTexts } from "../../i18n";
import type { Canned } from "./queries";
import type { Ready } from "./ready";

/** The ready answers that fit what was typed after the slash. */
export function CannedList({ id, ready, onPick }: { id: string; ready: Ready; onPick: (answer: Canned) => void }) {
  const { t } = useTexts("inbox");
  if (ready.answers.length === 0) return <p className="note inbox-canned">{t("canned.none")}</p>;
  return (
    <ul id={id} role="listbox" aria-label={t("canned.label")} className="finds inbox-canned">
      {ready.answers.map((answer) => (
        <li
          key={answer.id}
          id={`${id}-${answer.id}`}
          role="option"
          aria-selected={answer === ready.chosen}
          onMouseDown={(event) => {
            event.preventDefault();
            onPick(answer);
          }}
        >
          <kbd>/{answer.shortcut}</kbd> {answer.text}
        </li>
      ))}
    </ul>
  );
}

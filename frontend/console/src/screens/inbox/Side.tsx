import { useTexts } from "../../i18n";
import { Dialogues } from "./Dialogues";
import { Notes } from "./Notes";
import { PersonBox } from "./PersonBox";
import { PlannedList } from "./PlannedList";

/** The person, the flow's state, what colleagues noted, and what was sent or not. */
export function Side({ id, canNote }: { id: number; canNote: boolean }) {
  const { t } = useTexts("inbox");
  return (
    <aside className="inbox-side" aria-label={t("side.label")} tabIndex={0}>
      <PersonBox id={id} />
      <Dialogues id={id} />
      <Notes id={id} canNote={canNote} />
      <PlannedList id={id} />
    </aside>
  );
}

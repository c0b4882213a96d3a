import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { useNow } from "../../shared/now";
import type { TaskInHand } from "./queries";
import { useWords } from "./useWords";

/** What was said lately, and what a last try left behind. */
export function Said({ task }: { task: TaskInHand }) {
  const { t } = useTexts("today");
  const words = useWords();
  const format = useFormat();
  const now = useNow();
  return (
    <section aria-label={t("said.title")}>
      <h3>{t("said.title")}</h3>
      {task.said.length === 0 && <p className="note">{t("said.nothing")}</p>}
      <ul className="said">
        {task.said.map((one, index) => (
          <li key={index} data-ours={one.is_ours || undefined}>
            <span className="note">
              {format.brief(one.at, now)} · {one.is_ours ? t("said.us") : (task.person?.name ?? t("nobody"))}
            </span>
            <p>
              {one.item && <b>{words.item(one.item)}: </b>}
              {[one.value && words.value(one.value), one.text].filter(Boolean).join(" – ")}
            </p>
          </li>
        ))}
      </ul>
      {task.outcome && (
        <p>
          {t("said.lastTry", { outcome: t(`outcomes.${task.outcome}`) })} {task.note}
        </p>
      )}
    </section>
  );
}

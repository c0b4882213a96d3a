import { Button } from "antd";
import { Link, useLocation } from "react-router";
import { useTexts } from "../../i18n";
import { useInHand } from "./HandRoom";
import type { Hand } from "./useHand";
import { useWords } from "./useWords";

const TODAY = "/today";

/** On other screens than Today: which task is in hand, and the way back to it. */
export function HandBar() {
  const { pathname } = useLocation();
  const hand = useInHand();
  const isShown = pathname !== TODAY && (hand.task || hand.isLost || hand.isOver);
  return isShown ? <Bar hand={hand} /> : null;
}

function Bar({ hand }: { hand: Hand }) {
  const { t } = useTexts("today");
  const words = useWords();
  const { task } = hand;
  return (
    <section className="banner row" aria-label={t("hand.title")}>
      {task ? (
        <>
          <span role="status">
            {t("hand.held", { name: task.person?.name ?? t("nobody"), reason: words.reason(task.reason) })}
          </span>
          <Link to={TODAY}>{t("hand.back")}</Link>
          <Button onClick={hand.giveBack}>{t("hand.giveBack")}</Button>
        </>
      ) : (
        <>
          <span role="status">{t(hand.isOver ? "hand.over" : "hand.lost")}</span>
          <Link to={TODAY} onClick={hand.giveBack}>
            {t("hand.toList")}
          </Link>
        </>
      )}
    </section>
  );
}

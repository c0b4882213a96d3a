import { type KeyboardEvent, useState } from "react";
import { type Canned, useCanned } from "./queries";

export interface Ready {
  isOpen: boolean;
  answers: Canned[];
  chosen: Canned | undefined;
  /** Take a key while the list is open; returns whether it was one of its own. */
  onKey: (event: KeyboardEvent, onPick: (answer: Canned) => void, onClose: () => void) => boolean;
}

/** The ready answers that a text asks for: those whose shortcut begins with what follows the slash. */
export function useReady(language: string, text: string): Ready {
  const asked = /^\/(\S*)$/.exec(text)?.[1];
  const isOpen = asked !== undefined;
  const listed = useCanned(language, isOpen).data?.results ?? [];
  const answers = isOpen ? listed.filter(({ shortcut }) => begins(shortcut, asked)) : [];
  const [place, setPlace] = useState({ asked, at: 0 });
  const at = place.asked === asked ? Math.min(place.at, answers.length - 1) : 0;
  const chosen = answers[Math.max(at, 0)];
  const move = (by: number) => setPlace({ asked, at: (at + by + answers.length) % Math.max(answers.length, 1) });
  return {
    isOpen,
    answers,
    chosen,
    onKey: (event, onPick, onClose) => {
      const doing: Record<string, () => void> = {
        ArrowDown: () => move(1),
        ArrowUp: () => move(-1),
        Escape: onClose,
        Enter: () => chosen && onPick(chosen),
        Tab: () => chosen && onPick(chosen),
      };
      const found = doing[event.key];
      if (!found || (event.key === "Tab" && !chosen)) return false;
      event.preventDefault();
      found();
      return true;
    },
  };
}

const begins = (shortcut: string, asked: string) => shortcut.toLocaleLowerCase().startsWith(asked.toLocaleLowerCase());

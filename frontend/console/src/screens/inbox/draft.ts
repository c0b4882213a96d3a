import { useRef, useState } from "react";
import { newIdempotencyKey } from "../../api/client";

// In memory alone: words to an owner belong into no storage of a browser.
const drafts = new Map<number, string>();

/** A text being written; it stays while one looks at another conversation, and until it has been sent. */
export function useDraft(id: number): { text: string; change: (text: string) => void; key: () => string } {
  const [text, setText] = useState(() => drafts.get(id) ?? "");
  const last = useRef({ text: "", key: "" });
  return {
    text,
    change: (written) => {
      if (written) drafts.set(id, written);
      else drafts.delete(id);
      // What has been sent, or thrown away, and is written once more is another message.
      if (!written) last.current = { text: "", key: "" };
      setText(written);
    },
    // The same text tried again is the same message.
    key: () => {
      if (last.current.text !== text) last.current = { text, key: newIdempotencyKey() };
      return last.current.key;
    },
  };
}

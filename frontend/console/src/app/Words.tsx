import { message } from "antd";
import { useEffect } from "react";

/** What is said in passing: that something was done, or that it failed. */
export interface Word {
  text: string;
  isFailure?: boolean;
}

interface Props {
  waiting: readonly Word[];
  onShown: (count: number) => void;
}

// A failure stays long enough to be read twice.
const FAILED_SECONDS = 8;

/** Shows what waits to be said, each word once. */
export function Words({ waiting, onShown }: Props) {
  const [api, room] = message.useMessage();
  useEffect(() => {
    if (waiting.length === 0) return;
    for (const { text, isFailure } of waiting) {
      if (isFailure) void api.error(text, FAILED_SECONDS);
      else void api.success(text);
    }
    onShown(waiting.length);
  }, [waiting, api, onShown]);
  return room;
}

import { useSearchParams } from "react-router";

/** Return what stands in the address under these names, and how to change one: a colleague opens it and sees the same. */
export function useWords<N extends string>(
  names: readonly N[],
): [Readonly<Record<N, string>>, (name: N, value: string) => void] {
  const [words, setWords] = useSearchParams();
  const read = Object.fromEntries(names.map((name) => [name, words.get(name) ?? ""])) as Record<N, string>;
  const change = (name: N, value: string) =>
    setWords(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  return [read, change];
}

/** Return the word where it is one of ours: what somebody writes into the address is left out. */
export const known = <T extends string>(words: readonly T[], word: string): T | undefined =>
  words.find((one) => one === word);

import { MutationCache, QueryClient } from "@tanstack/react-query";
import { Problem } from "../api/problem";

const SERVER_ERRORS = 500;
// "Too many": it passes by itself within seconds.
const THROTTLED = 429;
const TRIES = 2;

declare module "@tanstack/react-query" {
  interface Register {
    // `isQuiet`: the screen itself says where a change failed.
    mutationMeta: { isQuiet?: boolean };
  }
}

/** Make the cache of answers; `onFailure` is told of changes that failed, unless their screen says it itself. */
export function createQueryClient(onFailure: (error: Error) => void): QueryClient {
  return new QueryClient({
    mutationCache: new MutationCache({
      onError: (error, _variables, _context, mutation) => {
        if (!mutation.meta?.isQuiet) onFailure(error);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // A refusal stays one however often it is asked; silence and server errors may pass.
        retry: (failures, error) => failures < TRIES && !isRefusal(error),
      },
      // Without a network a change fails at once and in words: kept back, it would happen later unseen.
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

function isRefusal(error: Error): boolean {
  return error instanceof Problem && error.status < SERVER_ERRORS && error.status !== THROTTLED;
}

import { Problem, Unreachable } from "../api/problem";
import type shared from "./texts/en.json";

type Say = (key: `problem.${keyof (typeof shared)["problem"]}`) => string;

/** Return what to tell a person about a failure: the server's own sentence where it gave one. */
export function sentenceOf(error: unknown, t: Say): string {
  if (error instanceof Problem && error.message) return error.message;
  return t(error instanceof Unreachable ? "problem.unreachable" : "problem.unknown");
}

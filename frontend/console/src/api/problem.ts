import type { components } from "./schema";

type Shape = components["schemas"]["Problem"];

/** Why the server did not do what was asked, in the reader's language. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  /** What is wrong with which field, by the field's name. */
  readonly fields: Readonly<Record<string, string>>;
  /** What stands in the way, by its kind: its id. */
  readonly about: Readonly<Record<string, number>>;

  constructor(status: number, shape: Partial<Shape>) {
    super(shape.detail);
    this.name = "Problem";
    this.status = status;
    this.code = shape.code ?? "";
    this.fields = joined(shape.errors ?? []);
    this.about = shape.about ?? {};
  }
}

/** All that is wrong with one field is one text. */
function joined(errors: NonNullable<Shape["errors"]>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const { field = "", message = "" } of errors) fields[field] = [fields[field], message].filter(Boolean).join(" ");
  return fields;
}

/** The person went no further themselves: there is nothing to tell them. */
export class GivenUp extends Error {
  constructor() {
    super("given up");
    this.name = "GivenUp";
  }
}

/** The server could not be reached: nothing is known to have happened. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("unreachable", { cause });
    this.name = "Unreachable";
  }
}

/** Return the problem that an answer tells; one that is no problem+json still has its status. */
export async function problemOf(response: Response): Promise<Problem> {
  try {
    return new Problem(response.status, (await response.clone().json()) as Partial<Shape>);
  } catch {
    return new Problem(response.status, {});
  }
}

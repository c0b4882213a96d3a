import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { SCREENS } from "./screens";

const HERE = import.meta.dirname;
// What is there before any screen, see startTexts.
const ALWAYS = ["app", "shared"];
const STATIC = /^(?:import|export)\s(?!type\b)[^;]*?from "(\.[^"]+)"/gm;
const TEXTS = /useTexts\("([\w-]+)"\)/g;

// The rows' modules stand in the source in the rows' order; what a bundler makes of them says nothing of files.
const modules = [...readFileSync(join(HERE, "screens.ts"), "utf8").matchAll(/import\("([^"]+)"\)/g)].map(
  ([, name = ""]) => fileOf(HERE, name),
);

function fileOf(folder: string, name: string): string {
  const found = [".tsx", ".ts", "/index.ts"].map((end) => join(folder, name + end)).find((path) => existsSync(path));
  if (!found) throw new Error(`no module ${name}`);
  return found;
}

/** Return the texts that a module and all that it imports at once use; what it fetches later waits for its own. */
function textsOf(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return new Set();
  seen.add(path);
  // What a comment says nobody draws.
  const code = readFileSync(path, "utf8").replace(/\/\*.*?\*\//gs, "");
  const own = [...code.matchAll(TEXTS)].map(([, name = ""]) => name);
  const further = [...code.matchAll(STATIC)].map(([, name = ""]) => name).filter((name) => !name.endsWith(".json"));
  return new Set([...own, ...further.flatMap((name) => [...textsOf(fileOf(dirname(path), name), seen)])]);
}

test.each(SCREENS.map((screen, at) => [screen.path, screen, modules[at] ?? ""] as const))(
  "the texts of %s are there before it is drawn, and no others",
  (_path, { texts, alsoTexts = [] }, module) => {
    const wanted = [...textsOf(module)].filter((name) => name !== texts && !ALWAYS.includes(name));

    expect([...alsoTexts].sort()).toEqual(wanted.sort());
  },
);

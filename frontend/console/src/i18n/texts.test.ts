import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { LANGUAGES } from "./languages";
import { SAME } from "./same";

const SOURCE = join(import.meta.dirname, "..");
const PLURAL = /_(zero|one|two|few|many|other)$/;
const HOLES = /{{.*?}}/g;
// Each of a sentence's own holes must stand in every language.
const holesOf = (text: string) => (text.match(HOLES) ?? []).sort();

const paths = readdirSync(SOURCE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
const folders = [...new Set(paths.filter((path) => /\/texts\/[^/]+\.json$/.test(path)).map(dirname))].sort();
const code = paths
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
  .map((path) => readFileSync(path, "utf8"))
  .join("\n");

function flat(texts: object, before = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, text]: [string, unknown]) =>
    typeof text === "string" ? [[before + key, text]] : flat(text as object, `${before}${key}.`),
  ) as [string, string][];
}
const read = (folder: string, language: string) =>
  new Map(flat(JSON.parse(readFileSync(join(folder, `${language}.json`), "utf8")) as object));
const subjects = (texts: Map<string, string>) =>
  [...new Set([...texts.keys()].map((key) => key.replace(PLURAL, "")))].sort();

function isUsed(key: string): boolean {
  if (code.includes(`"${key}"`)) return true;
  const parts = key.split(".");
  return parts.some((_, at) => at > 0 && code.includes(`\`${parts.slice(0, at).join(".")}.\${`));
}

function missingForms(texts: Map<string, string>, language: string): string[] {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const plurals = [...texts.keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, ""));
  return [...new Set(plurals)].flatMap((key) =>
    forms.map((form) => `${key}_${form}`).filter((form) => !texts.has(form)),
  );
}

describe.each(folders.map((folder) => [basename(dirname(folder)), folder]))("the texts of %s", (name, folder) => {
  const english = read(folder, "en");

  test.each(Object.keys(LANGUAGES))("are complete in %s", (language) => {
    const texts = read(folder, language);

    expect(subjects(texts)).toEqual(subjects(english));
    expect(missingForms(texts, language)).toEqual([]);
    expect([...texts].filter(([, text]) => !text.trim())).toEqual([]);
  });

  test.each(Object.keys(LANGUAGES))("have the same holes in %s", (language) => {
    const texts = [...read(folder, language)].filter(([key]) => !PLURAL.test(key));

    const different = texts.filter(([key, text]) => String(holesOf(text)) !== String(holesOf(english.get(key) ?? "")));
    expect(different).toEqual([]);
  });

  test.each(["zh-hans", "es"])("are translated to %s", (language) => {
    const texts = [...read(folder, language)];

    const left = texts.filter(([key, text]) => text === english.get(key) && /\p{L}{3}/u.test(text.replace(HOLES, "")));
    expect(left.filter(([, text]) => !SAME.has(text)).map(([key]) => key)).toEqual([]);
  });

  test("are all used", () => {
    expect(subjects(english).filter((key) => !isUsed(key))).toEqual([]);
  });

  test("stand in the list of resources", () => {
    const resources = readFileSync(join(import.meta.dirname, "resources.ts"), "utf8");

    expect(resources).toMatch(new RegExp(`^  "?${name}"?: typeof`, "m"));
  });
});

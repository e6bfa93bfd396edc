import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { suite, test } from "node:test";

/** What a clone holds, without what `npm ci` and `npm start` add. */
const files = globSync("**", { exclude: ["node_modules", ".git", ".stills"] });
const paths = new Set(files);
const names = new Set(files.map((file) => basename(file)));
const folders = new Set(files.map((file) => file.split("/")[0] ?? ""));

/** Where a path in a page may start: the root, the folder of the page, or `src` in the pages about the source. */
function basesOf(page: string): string[] {
  return ["", dirname(page), "src", "test", "test/integration"];
}

function isThere(path: string, page: string): boolean {
  const plain = path.replace(/\/$/, "");
  return basesOf(page).some((base) => {
    const whole = join(base, plain);
    return (
      paths.has(whole) ||
      paths.has(`${whole}.test.ts`) ||
      (whole.includes("*") && globSync(whole).length > 0)
    );
  });
}

/** Words in backquotes and targets of links. Code blocks hold commands and other people's paths, and are left out. */
function wordsOf(text: string): string[] {
  const prose = text.replaceAll(/^ *```[^]*?^ *```$/gm, "");
  const quoted = [...prose.matchAll(/`([^`\n]+)`/g)].flatMap((match) => {
    const span = match[1] ?? "";
    // A resource such as deploy/NAME in a kubectl command is no file.
    return span.startsWith("kubectl ") ? [] : span.split(" ");
  });
  const linked = [...prose.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map((match) => match[1] ?? "");
  return [...quoted, ...linked];
}

function looksLikePath(word: string, page: string): boolean {
  if (!/^[\w.@*-]+(\/[\w.@*-]+)*\/?$/.test(word)) return false;
  const first = word.split("/")[0] ?? "";
  if (!word.includes("/")) return /\w\.(ts|cjs|md)$/.test(word);
  return (
    folders.has(first) ||
    paths.has(join(dirname(page), first)) ||
    paths.has(join("src", first)) ||
    /\.(ts|cjs|md)$/.test(word)
  );
}

function missingPaths(text: string, page: string): string[] {
  return wordsOf(text)
    .filter((word) => looksLikePath(word, page))
    .filter((word) => (word.includes("/") ? !isThere(word, page) : !names.has(word)));
}

suite("paths in documentation", () => {
  const pages = files.filter((file) => file.endsWith(".md"));

  test("there are pages", () => {
    assert.ok(pages.length >= 8, pages.join());
  });

  for (const page of pages)
    test(`every file that ${page} names exists`, () => {
      assert.deepEqual(missingPaths(readFileSync(page, "utf8"), page), []);
    });

  test("each decision in src/README.md has at most ten lines", () => {
    const page = readFileSync("src/README.md", "utf8");
    const decisions = page.slice(page.indexOf("## Decisions"), page.indexOf("## Dependencies"));
    const paragraphs = decisions.split(/\n\n+/);
    assert.ok(paragraphs.length > 10);
    assert.deepEqual(
      paragraphs.filter((paragraph) => paragraph.split("\n").length > 10),
      [],
    );
  });

  test("a path that is not there is found, in backquotes and in a link", () => {
    const text =
      "See `src/nowhere.ts`, `core/nothing/`, [that](deploy/gone.md) and `lost-file.ts`.";
    assert.deepEqual(missingPaths(text, "README.md"), [
      "src/nowhere.ts",
      "core/nothing/",
      "lost-file.ts",
      "deploy/gone.md",
    ]);
  });

  test("what is no path, or in a code block, is left alone", () => {
    const text = "`application/json`, `spec.url`, `a/b`\n\n```sh\ncat src/nowhere.ts\n```\n";
    assert.deepEqual(missingPaths(text, "README.md"), []);
  });
});

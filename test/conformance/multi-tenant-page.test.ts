import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";

/** Each sentence of the page has a test beside it, by file and title. */

interface Row {
  sentence: string;
  proofs: { path: string; title: string }[];
}

const page = readFileSync("deploy/multi-tenant.md", "utf8");

function rowsOf(heading: string): Row[] {
  const [, section = ""] = page.split(`## ${heading}\n`);
  const [table = ""] = section.split("\n## ");
  return table
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (-+|sentence) /.test(line))
    .map((line) => {
      const [, sentence = "", tests = ""] = line.split("|");
      return { sentence: sentence.trim(), proofs: proofsOf(tests) };
    });
}

function proofsOf(cell: string): Row["proofs"] {
  return [...cell.matchAll(/`([^`]+)`: "([^"]+)"/g)].map(([, path = "", title = ""]) => ({
    path,
    title,
  }));
}

/** The file that a path on the page is short for. */
function fileOf(path: string): string | undefined {
  const candidates = [`test/${path}.test.ts`, `test/${path}.ts`, `src/${path}.test.ts`];
  return candidates.find((candidate) => existsSync(candidate));
}

function hasTest(file: string, title: string): boolean {
  const text = readFileSync(file, "utf8").replaceAll(/\(\s+"/g, '("');
  return ["test", "suite", "describe"].some((word) => text.includes(`${word}("${title}"`));
}

for (const heading of ["What is a boundary", "What is none"])
  suite(`the page on tenants, "${heading}"`, () => {
    const rows = rowsOf(heading);

    test("has sentences, each with a test", () => {
      assert.ok(rows.length > 5);
      const bare = rows.filter(
        ({ sentence, proofs }) => !/^[A-Z].*\.$/.test(sentence) || proofs.length === 0,
      );
      assert.deepEqual(bare, []);
    });

    for (const { proofs } of rows)
      for (const { path, title } of proofs)
        test(`names a test that is there: ${path}: ${title}`, () => {
          const file = fileOf(path);
          assert.ok(file !== undefined, `there is no ${path}`);
          assert.ok(hasTest(file, title), `${file} has no test with this title`);
        });
  });

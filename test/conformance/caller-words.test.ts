import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { captureOptions } from "../../src/api/options/capture-options.ts";
import { inCallersWords } from "../../src/core/take/caller-words.ts";
import { isTest, sourceFiles } from "./source-files.ts";

/** Callers of `/take` do not know these: no call of theirs leads to a sentence with them. */
const unknownToCallers = ["contentRef"];

/** Fields of the resource whose names are no plain English. */
const fields = [
  ...captureOptions.map(({ path }) => path),
  ...captureOptions.flatMap(({ path }) => path.split(".").slice(0, 1)),
  ...["activeDeadlineSeconds", "startDeadlineSeconds", "storage.bucket", "storage.endpoint"],
].filter((path) => /[A-Z.]/.test(path) && !unknownToCallers.includes(path.split(".")[0] ?? ""));
const mention = new RegExp(
  `(?<![\\w.])(${[...new Set(fields)].map((path) => path.replaceAll(".", "\\.")).join("|")})(?![\\w-]|\\.\\w|: \\{)`,
);

/** Texts of a source file that read like sentences. */
function sentencesIn(source: string): string[] {
  const code = source.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
  return [...code.matchAll(/"([^"\n]*)"|`([^`$]*(?:\$\{[^}]*\}[^`$]*)*)`/g)]
    .map(([, quoted, template]) => quoted ?? template ?? "")
    .filter((text) => /[a-z] [a-z]+ [a-z]/.test(text) && !/=>|\bconst\b|\breturn\b/.test(text));
}

const writers = /^src\/(worker\/|controller\/jobs\/|core\/)/;

suite("sentences about a job", () => {
  test("name no field of the resource once they are in the words of /take", () => {
    const found = sourceFiles("src").filter((file) => writers.test(file.path) && !isTest(file));
    const sentences = found.flatMap(({ path, text }) =>
      sentencesIn(text).map((sentence) => ({ path, sentence })),
    );
    const telling = sentences.filter(({ sentence }) => mention.test(sentence));
    assert.ok(telling.length >= 8, `${telling.length} sentences name a field`);
    for (const { path, sentence } of telling)
      assert.doesNotMatch(
        inCallersWords(sentence.replaceAll('"', "'")),
        mention,
        `${path}: give the field a name in src/core/take/caller-words.ts`,
      );
  });

  test("have a name for each field that an option of /take decides", () => {
    for (const { path, http } of captureOptions) {
      if (http === undefined) continue;
      assert.equal(inCallersWords(`\`${path}\``), `\`${http.name}\``);
      if (http.also !== undefined) assert.equal(inCallersWords(http.also.path), `\`${http.name}\``);
    }
  });
});

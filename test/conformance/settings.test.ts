import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";

import { streams } from "../../src/api/messages/subjects.ts";
import { isTest, sourceFiles } from "./source-files.ts";

const table = readFileSync("src/README.md", "utf8")
  .split("\n")
  .flatMap((line) => /^\| `([A-Z_]+)` +\|/.exec(line)?.[1] ?? []);

/** Every whole name of a variable that stands in the code as a text. */
const named = sourceFiles("src")
  .filter((file) => !isTest(file))
  .flatMap((file) => [...file.text.matchAll(/"(STILLS_[A-Z_]+[A-Z])"/g)])
  .map((match) => match[1] ?? "")
  .filter((name) => !Object.values<string>(streams).includes(name));

suite("the settings", () => {
  test("that the code names are in the table of src/README.md", () => {
    assert.ok(named.length > 20);
    assert.deepEqual(
      [...new Set(named)].filter((name) => !table.includes(name)),
      [],
    );
  });

  test("that are secrets are given as files", () => {
    const secrets = table.filter((name) => /PASSWORD|SECRET|TOKEN|KEY/.test(name));
    assert.ok(secrets.length > 3);
    for (const name of secrets) assert.match(name, /_FILE$/);
  });

  test("carry their unit at the end when they are a time or a size", () => {
    const times = table.filter((name) => /TIMEOUT|PERIOD|INTERVAL|DEADLINE|_AGE|_SIZE/.test(name));
    assert.ok(times.length > 3);
    for (const name of times) assert.match(name, /_(SECONDS|MILLISECONDS|BYTES|CAPTURES|FILE)$/);
  });
});

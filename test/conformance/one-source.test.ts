import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { suite, test } from "node:test";
import { promisify } from "node:util";

import { isReason } from "../../src/api/reasons/reasons.ts";
import { isTest, linesWith, sourceFiles } from "./source-files.ts";
import type { SourceFile } from "./source-files.ts";

const code = sourceFiles("src").filter((file) => !isTest(file));

/** Every line outside the allowed files that has the pattern, with the sentence about it. */
function strays(pattern: RegExp, allowed: readonly string[], sentence: string): string[] {
  return code
    .filter((file) => !allowed.some((path) => file.path.startsWith(path)))
    .flatMap((file) =>
      linesWith(file, pattern).map(
        ({ line, text }) => `${file.path}:${line} ${text}\n  ${sentence}`,
      ),
    );
}

function assertOnlyIn(pattern: RegExp, allowed: readonly string[], sentence: string): void {
  const home = code.filter((file) => allowed.some((path) => file.path.startsWith(path)));
  assert.ok(
    home.some((file) => linesWith(file, pattern).length > 0),
    `${String(pattern)} is not found where it belongs, so this test would see nothing`,
  );
  assert.equal(strays(pattern, allowed, sentence).join("\n"), "");
}

suite("one source", () => {
  test("NATS subjects stand in api/messages/subjects.ts only", () => {
    assertOnlyIn(
      /["'`]stills\.(?!dev\b)/,
      ["src/api/messages/subjects.ts"],
      "A subject is built by src/api/messages/subjects.ts.",
    );
  });

  test("the group stands in api/settings/kubernetes-names.ts only", () => {
    assertOnlyIn(
      /["'`]stills\.dev\b/,
      ["src/api/settings/kubernetes-names.ts"],
      "Take group, labels and annotations from src/api/settings/kubernetes-names.ts.",
    );
  });

  test("streams and consumers are named in api/messages/subjects.ts only", () => {
    assertOnlyIn(
      /["'`](STILLS_(CAPTURES|RESULTS|DELIVERIES)|capture-worker|job-controller|webhook-sender)\b/,
      ["src/api/messages/subjects.ts"],
      "Take the name from src/api/messages/subjects.ts.",
    );
  });

  test("the environment is read in platform/process only", () => {
    assertOnlyIn(
      /\bprocess\.env\b/,
      ["src/platform/process/"],
      "A setting is read by EnvReader in the config.ts of its role.",
    );
  });

  test("the command line and the exit code belong to main.ts", () => {
    assertOnlyIn(
      /\bprocess\.(argv|exitCode)\b/,
      ["src/main.ts"],
      "Only main.ts translates between the program and the shell.",
    );
  });

  test("the process ends in main.ts and platform/process only", () => {
    assertOnlyIn(
      /\bprocess\.(exit|abort|kill)\(/,
      ["src/main.ts", "src/platform/process/", "src/worker/browser/chromium/", "src/local/"],
      "Throw, or let the part fail: the life cycle stops what was started, in order.",
    );
  });

  test("only what a person starts prints; roles log", () => {
    assertOnlyIn(
      /\bconsole\./,
      ["src/main.ts", "src/local/"],
      "Use the logger of the host: one JSON object a line.",
    );
  });

  test("every reason that a failure is made with is in the catalogue", () => {
    const words = code.flatMap((file: SourceFile) =>
      [...file.text.matchAll(/\bnew Failure\(\s*"(\w+)"/g)].map((match) => ({
        path: file.path,
        word: match[1] ?? "",
      })),
    );
    assert.ok(words.length > 10);
    assert.deepEqual(
      words.filter(({ word }) => !isReason(word)),
      [],
    );
  });

  test("generated files are what their sources say", async () => {
    const check = promisify(execFile)(process.execPath, ["scripts/generate.ts", "--check"]);
    await assert.doesNotReject(check);
  });
});

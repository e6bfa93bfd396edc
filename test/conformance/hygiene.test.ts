import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";

import { isTest, linesWith, sourceFiles } from "./source-files.ts";

interface Manifest {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

function readJSON(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

const files = ["src", "test", "scripts"].flatMap(sourceFiles);
const tests = files.filter(isTest);

function found(pattern: RegExp, where = files): string[] {
  return where
    .filter((file) => !file.path.endsWith("hygiene.test.ts"))
    .flatMap((file) =>
      linesWith(file, pattern).map(({ line, text }) => `${file.path}:${line} ${text}`),
    );
}

suite("hygiene", () => {
  test("every test runs: none is skipped, left for later, or alone", () => {
    assert.ok(tests.length > 20);
    assert.deepEqual(found(/\b(test|it|suite|describe)\.(only|skip|todo)\b/, tests), []);
    assert.deepEqual(
      found(/\b(skip|todo|only):\s*(true|["'`])|\bt(est)?\.(skip|todo)\(/, tests),
      [],
    );
  });

  test("no rule of the linter or the compiler is switched off", () => {
    const files_ = files.filter((file) => file.path !== "test/conformance/hygiene.test.ts");
    const comments = files_.filter((file) =>
      /(eslint|oxlint)-disable|@ts-(ignore|nocheck|expect-error)/.test(file.text),
    );
    assert.deepEqual(
      comments.map((file) => file.path),
      [],
    );
  });

  test("no file names a place of the machine it was written on", () => {
    const places = /\/(root|work)\/|\.cache\/plain-cluster\/(?!bin)/;
    assert.deepEqual(found(places), []);
  });

  test("package.json has few scripts, and every package has one exact version", () => {
    const manifest = readJSON("package.json") as Manifest;
    const scripts = Object.keys(manifest.scripts);
    const loop = ["start", "test", "test:unit", "typecheck", "lint", "format", "check", "generate"];
    for (const name of loop) assert.ok(scripts.includes(name), name);
    assert.ok(scripts.length <= 10, `${scripts.length} scripts: ten at most`);
    for (const [name, version] of Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
    }))
      assert.match(version, /^\d+\.\d+\.\d+$/, `${name} is pinned to one version`);
  });

  test("the lockfile names no registry", () => {
    assert.match(readFileSync(".npmrc", "utf8"), /^omit-lockfile-registry-resolved=true$/m);
    assert.doesNotMatch(readFileSync("package-lock.json", "utf8"), /"resolved": "https?:/);
  });
});

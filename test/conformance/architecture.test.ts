import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { suite, test } from "node:test";

import { problemOfImport, roles } from "./import-rules.ts";
import { importCycles, moduleGraph, rolesUsingCore } from "./module-graph.ts";
import { importsOf, isTest, linesWith, sourceFiles } from "./source-files.ts";
import type { SourceFile } from "./source-files.ts";

const all = sourceFiles("src");
const code = all.filter((file) => !isTest(file));

function assertNone(problems: readonly string[]): void {
  assert.equal(problems.join("\n"), "");
}

suite("the architecture", () => {
  test("imports point down: roles, platform, core, api", () => {
    assert.ok(code.length > 50);
    assertNone(
      code.flatMap((file) =>
        importsOf(file).flatMap(({ line, target }) => {
          const problem = problemOfImport(file.path, target);
          return problem === undefined
            ? []
            : [`${file.path}:${line} imports ${target}: ${problem}`];
        }),
      ),
    );
  });

  const forbidden: [from: string, target: string][] = [
    ["src/api/reasons/reasons.ts", "src/controller/jobs/job-plan.ts"],
    ["src/api/reasons/reasons.ts", "node:fs"],
    ["src/api/reasons/reasons.ts", "yaml"],
    ["src/core/targets/address.ts", "src/platform/kube/transport.ts"],
    ["src/core/targets/address.ts", "node:fs"],
    ["src/core/targets/address.ts", "undici"],
    ["src/controller/jobs/job-plan.ts", "src/platform/kube/transport.ts"],
    ["src/controller/jobs/job-plan.ts", "node:fs"],
    ["src/platform/nats/pull-request.ts", "src/platform/kube/transport.ts"],
    ["src/platform/nats/pull-request.ts", "src/controller/run.ts"],
    ["src/platform/process/env.ts", "src/platform/nats/pull-request.ts"],
    ["src/controller/run.ts", "src/worker/run.ts"],
    ["src/controller/run.ts", "@nats-io/jetstream"],
    ["src/controller/run.ts", "test/support/servers.ts"],
    ["src/worker/run.ts", "left-pad"],
    ["src/main.ts", "src/controller/jobs/job-plan.ts"],
    ["src/main.ts", "src/worker/capture/capture-page.ts"],
    ["src/worker/run.ts", "src/main.ts"],
  ];
  for (const [from, target] of forbidden)
    test(`refuses ${target} in ${from}`, () => {
      assert.notEqual(problemOfImport(from, target), undefined);
    });

  test("an import is seen however it is written", () => {
    const text =
      'import {\n  a,\n} from "./a.ts";\nexport * from "yaml";\nawait import("undici");\n// from "b"\n';
    const file: SourceFile = { path: "src/worker/x.ts", text };
    assert.deepEqual(
      importsOf(file).map(({ target }) => target),
      ["src/worker/a.ts", "yaml", "undici"],
    );
  });

  test("no files import one another in a circle", () => {
    assertNone(importCycles(moduleGraph(code)).map((cycle) => cycle.join(" <-> ")));
  });

  test("a circle of imports is found, also through types and a third file", () => {
    const graph = new Map([
      ["src/a.ts", ["src/b.ts"]],
      ["src/b.ts", ["src/c.ts"]],
      ["src/c.ts", ["src/a.ts", "src/d.ts"]],
      ["src/d.ts", []],
    ]);
    assert.deepEqual(
      importCycles(graph).map((cycle) => cycle.toSorted()),
      [["src/a.ts", "src/b.ts", "src/c.ts"]],
    );
  });

  test("core holds what two roles or more decide alike", () => {
    assertNone(
      [...rolesUsingCore(moduleGraph(code), roles)]
        .filter(([, users]) => users.size < 2)
        .map(
          ([path, users]) => `${path} is used by ${[...users].join() || "no role"}: move it there`,
        ),
    );
  });

  test("a file of core that one role uses is found, and one that platform passes on is not", () => {
    const graph = new Map([
      ["src/worker/run.ts", ["src/core/one.ts", "src/platform/kube/door.ts"]],
      ["src/egress/run.ts", ["src/platform/kube/door.ts"]],
      ["src/platform/kube/door.ts", ["src/core/two.ts"]],
      ["src/core/one.ts", []],
      ["src/core/two.ts", []],
    ]);
    const users = rolesUsingCore(graph, ["worker", "egress"]);
    assert.deepEqual([...(users.get("src/core/one.ts") ?? [])], ["worker"]);
    assert.deepEqual([...(users.get("src/core/two.ts") ?? [])], ["worker", "egress"]);
  });

  test("every relative import names a file that exists", () => {
    assertNone(
      all.flatMap((file) =>
        importsOf(file)
          .filter(({ target }) => /^(src|test|scripts)\//.test(target) && !existsSync(target))
          .map(({ line, target }) => `${file.path}:${line} imports ${target}, which is not there`),
      ),
    );
  });

  test("each role has config.ts, run.ts and metrics.ts", () => {
    const parts = new Set(code.map((file) => file.path.split("/")[1]));
    const roles = ["controller", "worker", "egress", "gateway"].filter((role) => parts.has(role));
    assert.ok(roles.length >= 3);
    assertNone(
      roles.flatMap((role) =>
        ["config.ts", "run.ts", "metrics.ts"]
          .filter((name) => !existsSync(`src/${role}/${name}`))
          .map((name) => `src/${role}/${name} is missing: every role has the same three files`),
      ),
    );
  });

  test("files that people write have at most 400 lines", () => {
    const everything = ["src", "test", "scripts"]
      .flatMap(sourceFiles)
      .filter(({ path }) => !path.endsWith(".generated.ts"));
    assertNone(
      everything
        // A generated file is as long as the catalogue it is made from.
        .filter(({ path }) => !path.endsWith(".generated.ts"))
        .map((file) => ({ path: file.path, lines: file.text.split("\n").length - 1 }))
        .filter(({ lines }) => lines > 400)
        .map(({ path, lines }) => `${path} has ${lines} lines: split it by what it is about`),
    );
  });

  test("file names are nouns in kebab-case that say what is inside", () => {
    const vague = /^(utils?|helpers?|common|misc|types|manager)$/;
    assertNone(
      ["src", "test", "scripts"]
        .flatMap(sourceFiles)
        .map((file) => ({
          path: file.path,
          stem: basename(file.path).replace(/(\.\w+)*\.ts$/, ""),
        }))
        .filter(({ stem }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem) || vague.test(stem))
        .map(({ path }) => `${path}: name the file after the one thing in it, in kebab-case`),
    );
  });

  test("nothing is exported by default", () => {
    assertNone(
      all.flatMap((file) =>
        linesWith(file, /^export default\b/).map(
          ({ line }) => `${file.path}:${line}: give the export a name`,
        ),
      ),
    );
  });
});

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { kinds } from "../../src/api/kinds/kinds.ts";
import { anchorsOf } from "./markdown-anchors.ts";

const page = readFileSync("deploy/runbook.md", "utf8");
const anchors = anchorsOf(page);

/** What the sections on the reasons of a condition begin with. */
const prefixes: Readonly<Record<string, string>> = {
  "ScreenshotJob Succeeded": "job",
  "ScreenshotJob Notified": "webhook",
  "BrowserPool Ready": "pool",
  "Account Ready": "account",
};

suite("the runbook", () => {
  test("knows every condition", () => {
    const conditions = kinds.flatMap(({ kind, conditions }) =>
      conditions.map(({ type }) => `${kind} ${type}`),
    );
    assert.deepEqual(conditions.toSorted(), Object.keys(prefixes).toSorted());
  });

  for (const { kind, conditions } of kinds)
    for (const { type, reasons } of conditions)
      test(`has one section on each reason of ${type} of ${kind}, and on no other`, () => {
        const prefix = `${prefixes[`${kind} ${type}`]}-`;
        assert.ok(reasons.length > 2);
        assert.deepEqual(
          anchors.filter((anchor) => anchor.startsWith(prefix)).toSorted(),
          reasons.map(({ reason }) => prefix + reason.toLowerCase()).toSorted(),
        );
      });
});

const pages = ["README", "install", "values", "multi-tenant", "upgrade", "backup", "runbook"];

suite("the pages in deploy", () => {
  for (const name of pages)
    test(`lead to sections that are there: ${name}.md`, () => {
      const text = readFileSync(`deploy/${name}.md`, "utf8");
      const links = [...text.matchAll(/\]\(([^)#\s]*)#([^)\s]+)\)/g)].filter(
        ([, path = ""]) => !path.includes("://"),
      );
      for (const [link, path = "", anchor = ""] of links) {
        const target = path === "" ? text : readFileSync(`deploy/${path}`, "utf8");
        assert.ok(anchorsOf(target).includes(anchor), link);
      }
    });

  test("name files that are there", () => {
    for (const name of pages) {
      const text = readFileSync(`deploy/${name}.md`, "utf8");
      for (const [, path = ""] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)\s]*)?\)/g))
        if (!path.includes("://")) assert.ok(existsSync(`deploy/${path}`), path);
    }
  });
});

test("the pages name only values that the chart has", () => {
  const known = [...readFileSync("deploy/values.md", "utf8").matchAll(/^\| `([\w.]+)` \|/gm)].map(
    ([, path = ""]) => path,
  );
  assert.ok(known.length > 100);
  const tops = new Set(known.map((path) => path.split(".")[0] ?? ""));
  for (const name of pages) {
    const text = readFileSync(`deploy/${name}.md`, "utf8").replaceAll(/```[\s\S]*?```/g, "");
    for (const [, path = ""] of text.matchAll(/`([a-z]\w*(?:\.\w+)+)(?:[ =:][^`]*)?`/g)) {
      if (!tops.has(path.split(".")[0] ?? "")) continue;
      const isKnown = known.some((one) => one === path || one.startsWith(`${path}.`));
      // What a value that is a map holds is not listed.
      const isInside = known.some((one) => path.startsWith(`${one}.`));
      assert.ok(isKnown || isInside, `${name}.md: ${path}`);
    }
  }
});

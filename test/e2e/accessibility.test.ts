import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { PageReader } from "../support/page-reader.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";

/** The gateway's pages by the rules of WCAG that a program can judge (axe-core), with every option open. */

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let stills: StillsTenant;
let gatewayURL: string;
let reader: PageReader;

before(async () => {
  stills = await StillsTenant.create("accessibility");
  ({ gatewayURL } = await stills.coordinates());
  reader = await PageReader.start();
});

after(async () => {
  await reader?.[Symbol.asyncDispose]();
  await stills?.[Symbol.asyncDispose]();
});

interface Violation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

const rules = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";

for (const path of [
  "/",
  "/docs/options",
  "/docs/animations",
  "/docs/errors",
  "/docs/errors/timeout",
])
  for (const scheme of ["light", "dark"])
    for (const width of [1280, 390])
      test(`${path}, ${scheme}, ${width} pixels wide`, async () => {
        const { page, faults } = await reader.open(gatewayURL + path);
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        await page.setViewport({ width, height: 900 });
        await page.$$eval("details", (all) => {
          for (const one of all) one.setAttribute("open", "");
        });
        const wide = await page.evaluate("document.documentElement.scrollWidth");
        assert.ok(Number(wide) <= width, `the page is ${String(wide)} pixels wide`);
        await page.evaluate(axe);
        const { violations, passes } = (await page.evaluate(
          `axe.run(document, { runOnly: ${rules} })`,
        )) as { violations: Violation[]; passes: unknown[] };
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary]),
          [],
        );
        assert.ok(passes.length > 15);
        assert.deepEqual(faults, []);
        await page.close();
      });

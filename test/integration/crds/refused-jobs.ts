import assert from "node:assert/strict";
import { suite, test } from "node:test";

import type { CRDWorld } from "./crd-world.ts";
import { aJob, refusalOf } from "./crd-world.ts";
import { refusedSpecs } from "./refused-specs.ts";
import { url } from "./statuses.ts";

export function refusedJobs(world: () => CRDWorld): void {
  suite("a job that is refused", () => {
    for (const { what, spec, sentences } of refusedSpecs)
      test(`has ${what}`, async () => {
        const refusal = await refusalOf(world().create(aJob("refused", spec), { dryRun: true }));
        assert.ok(refusal !== undefined, "the server accepted it");
        for (const sentence of sentences)
          assert.ok(refusal.includes(sentence), `"${sentence}" is not said in: ${refusal}`);
      });

    test("by kubectl names the unknown field", async () => {
      const job = JSON.stringify(aJob("typo", { url, fromat: "PNG" }));
      const { ok, text } = await world().kubectl(["apply", "--dry-run=server", "-f", "-"], job);
      assert.equal(ok, false);
      assert.match(text, /unknown field "spec\.fromat"/);
    });
  });
}

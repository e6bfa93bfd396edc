import assert from "node:assert/strict";
import { suite, test } from "node:test";

import type { CRDWorld } from "./crd-world.ts";
import { aJob } from "./crd-world.ts";
import { captured, condition, url } from "./statuses.ts";

export function kubectlView(world: () => CRDWorld): void {
  suite("kubectl", () => {
    test("shows what a person looks for", async () => {
      const { metadata } = await world().storedJob({ url }, captured);
      const { name } = metadata;
      const { text } = await world().kubectl(["get", "shot", name]);
      assert.match(text, /^NAME\s+SUCCEEDED\s+REASON\s+ATTEMPTS\s+AGE\n/);
      assert.match(text, new RegExp(`${name}\\s+True\\s+Captured\\s+1\\s+\\S+\n`));
      const wide = await world().kubectl(["get", "shots", name, "-o", "wide"]);
      assert.match(wide.text, /AGE\s+URL\s+LOCATION\s+DURATION\(MS\)\n/);
      assert.match(
        wide.text,
        /https:\/\/example\.com\/pricing\s+https:\/\/s3\.example\.com\/stills\/pricing\.png\s+1840\n/,
      );
    });

    test("waits for the picture, and for the failure", async () => {
      const failed = { conditions: [condition("Succeeded", "False", "Cancelled")] };
      for (const [status, words] of [
        [captured, "condition=Succeeded"],
        [failed, "condition=Succeeded=False"],
      ] as const) {
        const { metadata } = await world().storedJob({ url }, status);
        const { ok, text } = await world().kubectl([
          "wait",
          `--for=${words}`,
          `shot/${metadata.name}`,
          "--timeout=30s",
        ]);
        assert.ok(ok, text);
      }
    });

    test("finds jobs by pool, and everything by category", async () => {
      await world().create(aJob("selected", { url, poolName: "gpu" }));
      const { text } = await world().kubectl([
        "get",
        "shots",
        "--field-selector",
        "spec.poolName=gpu",
        "-o",
        "name",
      ]);
      assert.equal(text, "screenshotjob.stills.dev/selected\n");
      const all = await world().kubectl(["get", "stills", "-o", "name"]);
      for (const kind of ["screenshotjob", "browserpool", "account"])
        assert.match(all.text, new RegExp(`^${kind}\\.stills\\.dev/`, "m"));
    });

    test("explains every field", async () => {
      const { ok, text } = await world().kubectl([
        "explain",
        "screenshotjob.spec.viewport.deviceScalePercent",
      ]);
      assert.ok(ok, text);
      assert.match(text, /deviceScalePercent is the device pixel ratio/);
    });
  });
}

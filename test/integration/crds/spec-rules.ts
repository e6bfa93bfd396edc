import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { suite, test } from "node:test";

import { parse } from "yaml";

import type { CRDWorld } from "./crd-world.ts";
import { refusalOf } from "./crd-world.ts";
import { changesOfOptions } from "./option-changes.ts";
import { aSealedField } from "./option-rules.ts";
import { url, waiting } from "./statuses.ts";

interface Properties {
  properties?: Record<string, Properties>;
}

export function specRules(world: () => CRDWorld): void {
  suite("the spec of a job", () => {
    const full = {
      url,
      extent: "Element",
      element: { selector: "h1" },
      scripts: ["1"],
      styles: ["2"],
      hideSelectors: ["h1"],
      colorScheme: "Light",
      priority: "Batch",
      startDeadlineSeconds: 60,
      ttlSecondsAfterFinished: 60,
      storage: { path: "a" },
      webhook: { url },
    };
    const changes: Record<string, Record<string, unknown>> = {
      ...changesOfOptions(),
      className: { className: "canary" },
      poolName: { poolName: "other" },
      priority: { priority: "Interactive" },
      backoffLimit: { backoffLimit: 4 },
      activeDeadlineSeconds: { activeDeadlineSeconds: 121 },
      startDeadlineSeconds: { startDeadlineSeconds: 61 },
      ttlSecondsAfterFinished: { ttlSecondsAfterFinished: 61 },
      storage: { storage: { path: "b" } },
      cache: { cache: { key: "0".repeat(64), ttlSeconds: 14_400 } },
      webhook: { webhook: null },
      sealed: { sealed: [aSealedField()] },
      // These go with others only.
      html: { url: null, html: "a" },
      markdown: { url: null, markdown: "a" },
      contentRef: {
        url: null,
        contentRef: { digest: `sha256:${"0".repeat(64)}`, mediaType: "text/html" },
      },
      scriptRef: { scriptRef: { digest: `sha256:${"0".repeat(64)}` } },
      styleRef: { styleRef: { digest: `sha256:${"0".repeat(64)}` } },
      fullPage: { extent: "FullPage", element: null, fullPage: {} },
      clip: { extent: "Viewport", element: null, clip: { widthPixels: 1, heightPixels: 1 } },
      pdf: { extent: "Viewport", element: null, format: "PDF", pdf: {} },
      extent: { extent: "FullPage", element: null },
    };
    for (const [field, patch] of Object.entries(changes))
      test(`keeps its ${field}`, async () => {
        const job = await world().storedJob(full);
        const refusal = await refusalOf(world().mergePatch(job, { spec: patch }));
        const sentence =
          /spec: Forbidden: may not change once the job exists: make a new ScreenshotJob \(changed: (.*)\)/;
        const [, names = ""] = sentence.exec(refusal ?? "") ?? [];
        const expected = Object.keys(patch).map((name) => `\`${name}\``);
        assert.deepEqual(names.split(" ").toSorted(), expected.toSorted(), refusal ?? "accepted");
      });

    test("is covered here field by field", async () => {
      const text = await readFile("crds/stills.dev_screenshotjobs.yaml", "utf8");
      const crd = parse(text) as {
        spec: { versions: { schema: { openAPIV3Schema: Properties } }[] };
      };
      const spec = crd.spec.versions[0]?.schema.openAPIV3Schema.properties?.["spec"];
      const fields = Object.keys(spec?.properties ?? {});
      assert.deepEqual(
        Object.keys(changes).toSorted(),
        fields.filter((field) => field !== "suspend" && field !== "cancel").toSorted(),
      );
    });

    test("may be suspended and resumed", async () => {
      const job = await world().storedJob({ url });
      for (const suspend of [true, false, true, null])
        await world().mergePatch(job, { spec: { suspend } });
    });

    test("may be cancelled, from the beginning or later, and stays cancelled", async () => {
      const later = await world().storedJob({ url, cancel: false }, waiting);
      await world().mergePatch(later, { spec: { cancel: true } });
      for (const cancel of [false, null]) {
        const refusal = await refusalOf(world().mergePatch(later, { spec: { cancel } }));
        assert.ok(
          refusal?.includes("spec.cancel: Forbidden: may not go back once it is true"),
          refusal ?? "the server accepted it",
        );
      }
      await world().mergePatch(later, { spec: { suspend: true } });
      const first = await world().storedJob({ url, cancel: true });
      assert.equal(first.spec["cancel"], true);
    });

    test("may be written again as it was", async () => {
      const job = await world().storedJob(full, waiting);
      await world().replace(job);
      await world().mergePatch(job, { metadata: { labels: { team: "web" } } });
    });
  });
}

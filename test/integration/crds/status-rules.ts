import assert from "node:assert/strict";
import { suite, test } from "node:test";

import type { CRDWorld } from "./crd-world.ts";
import { refusalOf } from "./crd-world.ts";
import { artifact, captured, condition, url, waiting } from "./statuses.ts";

export function openStatusRules(world: () => CRDWorld): void {
  suite("the status of a job that has not ended", () => {
    test("may be set, changed and taken away", async () => {
      const job = await world().storedJob({ url }, waiting);
      const conditions = [condition("Succeeded", "Unknown", "Capturing")];
      await world().mergePatch(job, { status: { conditions, attempts: 1 } }, "/status");
      await world().mergePatch(job, { status: null }, "/status");
      await world().mergePatch(job, { status: captured }, "/status");
    });

    test("may become True or False", async () => {
      for (const status of ["True", "False"]) {
        const job = await world().storedJob({ url }, waiting);
        const conditions = [condition("Succeeded", status, "Captured")];
        const written = await world().mergePatch(job, { status: { conditions } }, "/status");
        assert.deepEqual(written.status?.["conditions"], conditions);
      }
    });

    test("is not written with the spec, nor the spec with it", async () => {
      const job = await world().storedJob({ url });
      const bySpec = await world().mergePatch(job, { status: captured });
      assert.equal(bySpec.status, undefined);
      const byStatus = await world().mergePatch(
        job,
        { spec: { url: "https://example.org" } },
        "/status",
      );
      assert.equal(byStatus.spec["url"], url);
    });

    test("needs whole conditions with words of one piece", async () => {
      const job = await world().storedJob({ url });
      const write = (conditions: unknown) =>
        refusalOf(world().mergePatch(job, { status: { conditions } }, "/status"));
      const good = condition("Succeeded", "Unknown", "Queued");
      assert.match((await write([{ ...good, reason: "not a word" }])) ?? "", /must be one word/);
      assert.match(
        (await write([{ ...good, status: "Maybe" }])) ?? "",
        /Unsupported value: "Maybe"/,
      );
      assert.match((await write([good, good])) ?? "", /Duplicate value/);
      const { lastTransitionTime: _, ...timeless } = good;
      assert.match((await write([timeless])) ?? "", /lastTransitionTime: Required value/);
    });
  });
}

export function endedStatusRules(world: () => CRDWorld): void {
  suite("the status of a job that has ended", () => {
    const [succeeded, notified] = captured.conditions;
    const keepsSucceeded = "may not take back or change the condition Succeeded";
    const forbidden: [string, Record<string, unknown> | null, string][] = [
      ["stays when a writer says null", null, keepsSucceeded],
      ["keeps its conditions", { conditions: null }, keepsSucceeded],
      ["keeps the condition Succeeded", { conditions: [notified] }, keepsSucceeded],
      [
        "does not become Unknown",
        { conditions: [condition("Succeeded", "Unknown", "Captured")] },
        keepsSucceeded,
      ],
      [
        "does not become False",
        { conditions: [condition("Succeeded", "False", "Cancelled")] },
        keepsSucceeded,
      ],
      [
        "keeps its reason",
        { conditions: [condition("Succeeded", "True", "Other")] },
        keepsSucceeded,
      ],
      ["keeps its artifact", { artifact: null }, "may not change `status.artifact`"],
      [
        "keeps the digest of its artifact",
        { artifact: { ...artifact, digest: "sha256:1" } },
        "may not change `status.artifact`",
      ],
      ["keeps its location", { location: null }, "may not change `status.location`"],
      ["does not move", { location: "https://example.org" }, "may not change `status.location`"],
    ];
    for (const [what, status, sentence] of forbidden)
      test(what, async () => {
        const job = await world().storedJob({ url }, captured);
        const refusal = await refusalOf(world().mergePatch(job, { status }, "/status"));
        assert.ok(refusal?.includes(sentence), refusal ?? "the server accepted it");
      });

    test("stays when the whole status is replaced by nothing", async () => {
      const job = await world().storedJob({ url }, captured);
      const { status: _, ...bare } = job;
      const refusal = await refusalOf(world().replace(bare, "/status"));
      assert.ok(refusal?.includes(keepsSucceeded), refusal ?? "the server accepted it");
    });

    test("gets no picture after a failure", async () => {
      const failed = { conditions: [condition("Succeeded", "False", "Cancelled")] };
      const job = await world().storedJob({ url }, failed);
      const refusal = await refusalOf(world().mergePatch(job, { status: { artifact } }, "/status"));
      assert.ok(
        refusal?.includes("may not change `status.artifact`"),
        refusal ?? "the server accepted it",
      );
    });

    test("holds the spec, suspend and cancel included", async () => {
      const job = await world().storedJob({ url }, captured);
      for (const spec of [{ suspend: true }, { cancel: true }]) {
        const refusal = await refusalOf(world().mergePatch(job, { spec }));
        assert.ok(
          refusal?.includes("may not change `spec` once the job has ended"),
          refusal ?? "the server accepted it",
        );
      }
    });

    test("leaves Notified, messages and numbers free", async () => {
      const job = await world().storedJob({ url }, captured);
      const delivered = condition("Notified", "True", "Delivered");
      const rewritten = { ...succeeded, message: "Another sentence.", observedGeneration: 2 };
      await world().mergePatch(job, { status: { conditions: [rewritten, delivered] } }, "/status");
      await world().mergePatch(job, { status: { conditions: [succeeded] } }, "/status");
      await world().mergePatch(job, { status: { attempts: 2 } }, "/status");
      await world().mergePatch(job, { metadata: { labels: { seen: "yes" } } });
    });
  });
}

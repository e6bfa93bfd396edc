import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { parse } from "yaml";

import { eventually } from "../../support/eventually.ts";
import type { CRDWorld } from "./crd-world.ts";
import { aJob, refusalOf } from "./crd-world.ts";

interface Definition {
  spec: { versions: { schema: { openAPIV3Schema: Schema } }[] };
}

interface Schema {
  properties: { spec: { "x-kubernetes-validations": { rule: string }[] } };
}

const html = "ü".repeat(16_384);
const isSizeRule = ({ rule }: { rule: string }): boolean => rule.includes("size(bytes(");

/** Jobs that were stored before a job's texts had a largest size. */
export function storedBefore(world: () => CRDWorld): void {
  test("a job that is larger than may be now can still be suspended, ended and cancelled", async () => {
    const current = parse(
      await readFile("crds/stills.dev_screenshotjobs.yaml", "utf8"),
    ) as Definition;
    const earlier = structuredClone(current);
    for (const { schema } of earlier.spec.versions) {
      const { spec } = schema.openAPIV3Schema.properties;
      spec["x-kubernetes-validations"] = spec["x-kubernetes-validations"].filter(
        (rule) => !isSizeRule(rule),
      );
    }
    await replaceDefinition(world(), earlier);
    const job = await eventually("the earlier definition is in force", async () => {
      const stored = aJob("stored-before", { html, suspend: true });
      return (await refusalOf(world().create(stored))) === undefined ? stored : undefined;
    });
    await replaceDefinition(world(), current);
    await eventually("the current definition is in force", async () =>
      (await refusalOf(world().create(aJob("too-large", { html }), { dryRun: true })))?.includes(
        "16384 bytes",
      ),
    );

    const resumed = await world().mergePatch(job, { spec: { suspend: false } });
    assert.equal(resumed.spec["suspend"], false);
    await world().mergePatch(job, { status: { attempts: 1 } }, "/status");
    const cancelled = await world().mergePatch(job, { spec: { cancel: true } });
    assert.equal(cancelled.spec["cancel"], true);
  });
}

export async function replaceDefinition(world: CRDWorld, definition: object): Promise<void> {
  await world.transport.request({
    method: "PATCH",
    path: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/screenshotjobs.stills.dev",
    contentType: "application/merge-patch+json",
    body: definition,
  });
}

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { parse } from "yaml";

import type { ScreenshotJob } from "../../../src/api/kinds/resource-types.ts";
import { defaultClassName } from "../../../src/api/settings/kubernetes-names.ts";
import { Reflector } from "../../../src/platform/kube/reflector.ts";
import { screenshotJobType } from "../../../src/platform/kube/resources.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import { eventually } from "../../support/eventually.ts";
import { silentLog } from "../../support/silent-log.ts";
import type { CRDWorld } from "./crd-world.ts";
import { aJob, refusalOf } from "./crd-world.ts";
import { replaceDefinition } from "./stored-before.ts";

interface Definition {
  spec: {
    versions: {
      schema: { openAPIV3Schema: { properties: { spec: SpecSchema } } };
      selectableFields: { jsonPath: string }[];
    }[];
  };
}

interface SpecSchema {
  properties: Record<string, unknown>;
  "x-kubernetes-validations": { rule: string }[];
}

/** Jobs that were stored before jobs had a class. */
export function storedWithoutClass(world: () => CRDWorld): void {
  test("a job from before there were classes has the default one: a watch of it finds the job, which can be cancelled", async () => {
    const text = await readFile("crds/stills.dev_screenshotjobs.yaml", "utf8");
    await replaceDefinition(world(), withoutClass(parse(text) as Definition));
    const url = "https://example.com/";
    const job = await eventually("the earlier definition is in force", async () => {
      const stored = await world().create(aJob(`classless-${randomUUID()}`, { url }));
      return stored.spec["className"] === undefined ? stored : undefined;
    });
    await replaceDefinition(world(), parse(text) as Definition);
    await eventually("the current definition is in force", async () => {
      const newer = await world().create(aJob(`classed-${randomUUID()}`, { url }));
      return newer.spec["className"] === defaultClassName;
    });

    const { name } = job.metadata;
    assert.ok((await namesOfClass(world(), defaultClassName)).includes(name));
    assert.deepEqual(await namesOfClass(world(), "canary"), []);
    const refusal = await refusalOf(world().mergePatch(job, { spec: { className: "canary" } }));
    assert.match(refusal ?? "", /changed: `className`/);
    const cancelled = await world().mergePatch(job, { spec: { cancel: true } });
    assert.equal(cancelled.spec["cancel"], true);
  });
}

function withoutClass(definition: Definition): Definition {
  for (const version of definition.spec.versions) {
    const { spec } = version.schema.openAPIV3Schema.properties;
    delete spec.properties["className"];
    spec["x-kubernetes-validations"] = spec["x-kubernetes-validations"].filter(
      ({ rule }) => !rule.includes("className"),
    );
    version.selectableFields = [{ jsonPath: ".spec.poolName" }];
  }
  return definition;
}

/** The jobs that a controller of the class sees. */
async function namesOfClass({ transport }: CRDWorld, className: string): Promise<string[]> {
  const reflector = new Reflector<ScreenshotJob, string>({
    transport,
    type: screenshotJobType,
    fieldSelector: `spec.className=${className}`,
    clock: systemClock,
    log: silentLog,
    project: ({ metadata }) => metadata.name,
  });
  await reflector.start();
  try {
    await reflector.synced;
    return [...reflector.records()];
  } finally {
    await reflector.stop();
  }
}

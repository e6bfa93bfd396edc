import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { parse } from "yaml";
import { eventually } from "../../support/eventually.ts";
import { Installation, succeeded, tenant } from "../../support/installation/installation.ts";

/** A job that no message of NATS can carry: stored before there was a largest size. */

let world: Installation;

interface Definition {
  spec: {
    versions: {
      schema: {
        openAPIV3Schema: {
          properties: { spec: { "x-kubernetes-validations": { rule: string }[] } };
        };
      };
    }[];
  };
}

before(async () => {
  world = await Installation.start({ ownKubeAPI: true });
  const earlier = parse(
    await readFile("crds/stills.dev_screenshotjobs.yaml", "utf8"),
  ) as Definition;
  for (const { schema } of earlier.spec.versions) {
    const { spec } = schema.openAPIV3Schema.properties;
    const rules = spec["x-kubernetes-validations"];
    spec["x-kubernetes-validations"] = rules.filter(({ rule }) => !rule.includes("size(bytes("));
  }
  await world.transport.request({
    method: "PATCH",
    path: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/screenshotjobs.stills.dev",
    contentType: "application/merge-patch+json",
    body: earlier,
  });
});

after(async () => {
  await world?.[Symbol.asyncDispose]();
});

test("a job above the largest message ends at once with what to do, after one try, and others go on", async () => {
  // Control characters have six bytes in JSON.
  const text = "\u0001".repeat(16_384);
  const large = {
    scripts: [text, text, text, text],
    styles: [text, text, text, text],
    hideSelectors: Array.from({ length: 64 }, (_, index) => `${"\u0001".repeat(1020)}${index}`),
  };
  await eventually("the earlier definition is in force", async () => {
    const created = await world.createJob("large", large).catch(() => undefined);
    return created !== undefined;
  });
  await using worker = await world.startWorker();
  await using _controller = world.startController();

  const job = await world.untilFinished("large");
  assert.equal(succeeded(job)?.reason, "JobTooLarge");
  assert.match(succeeded(job)?.message ?? "", /PUT \/v1\/inputs/);
  assert.equal(job.status?.attempts, 0);
  await world.createJob("small");
  assert.equal(succeeded(await world.untilFinished("small"))?.reason, "Captured");
  assert.deepEqual(worker.requestsFor("large"), []);
  assert.equal((await world.jobs.list({ namespace: tenant })).items.length, 2);
});

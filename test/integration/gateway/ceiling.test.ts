import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { Installation, otherTenant, tenant } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import { call, createAccount } from "./callers.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";

/** How many jobs there may be at all. No worker runs: no job ends by itself. */

const maxLiveJobs = 10;
let world: Installation;
let gateways: GatewayProcess[];
let controller: RunningController;

before(async () => {
  world = await Installation.start();
  gateways = await Promise.all([GatewayProcess.start(world), GatewayProcess.start(world)]);
  controller = world.startController(undefined, { maxLiveJobs });
  await createAccount(world, gateways, "shop");
  await createAccount(world, gateways, "other", { namespace: otherTenant });
});

after(async () => {
  await controller?.[Symbol.asyncDispose]();
  for (const gateway of gateways ?? []) await gateway[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function jobNames(): Promise<string[]> {
  const { items } = await world.jobs.list({ namespace: tenant });
  return items.map(({ metadata }) => metadata.name);
}

test("at the limit of jobs every gateway answers 503 and creates no job, until there are fewer", async () => {
  const names = await world.createJobs("limit", maxLiveJobs);
  for (const gateway of gateways) {
    const refused = await eventually("the gateway receives the number of jobs", async () => {
      const answer = await call(gateway, "shop");
      return answer.status === 503 ? answer : undefined;
    });
    assert.equal(refused.code, "temporary_unavailable");
    assert.match(refused.message, /^Limit of 10 jobs in the installation reached/);
    assert.equal(refused.retryAfter, "10");
  }
  const before_ = await jobNames();
  for (const gateway of gateways) assert.equal((await call(gateway, "shop")).status, 503);
  assert.deepEqual(await jobNames(), before_);

  // The heap of one namespace costs the other none of its share, which is half of ten.
  const [first] = gateways;
  assert.ok(first !== undefined);
  let accepted = 0;
  const sharedOut = await eventually("the other namespace has its share", async () => {
    const answer = await call(first, "other");
    if (answer.status !== 201) return answer;
    accepted += 1;
    return undefined;
  });
  assert.ok(accepted >= maxLiveJobs / 2, String(accepted));
  assert.equal(sharedOut.status, 503);
  assert.match(
    sharedOut.message,
    /its share of 5, 0 of them finished; send the request again later/,
  );
  assert.equal((await call(first, "shop")).status, 503);
  const { items } = await world.jobs.list({ namespace: otherTenant });
  for (const { metadata } of items) await world.jobs.delete(metadata);

  for (const name of before_) await world.jobs.delete({ namespace: tenant, name });
  assert.ok(names.every((name) => before_.includes(name)));
  for (const gateway of gateways)
    await eventually("the gateway receives the lower number of jobs", async () => {
      const answer = await call(gateway, "shop");
      return answer.status === 201;
    });
});

/** A job with the status that the controller writes when it fails. */
async function finishedJob(name: string, secondsAgo: number, isKept = false): Promise<void> {
  const spec = isKept ? {} : { ttlSecondsAfterFinished: 3600 };
  const { metadata } = await world.createJob(name, { suspend: true, ...spec });
  const time = `${new Date(Date.now() - secondsAgo * 1000).toISOString().slice(0, 19)}Z`;
  await eventually(`${name} is finished`, async () => {
    const { resourceVersion } = (await world.job(name))?.metadata ?? metadata;
    await world.jobs.patchStatus(metadata, resourceVersion, {
      startTime: time,
      completionTime: time,
      conditions: [
        {
          ...{ type: "Succeeded", status: "False", reason: "NameNotResolved" },
          ...{ message: "by the test", observedGeneration: 1, lastTransitionTime: time },
        },
      ],
    });
    return true;
  });
}

test("above four fifths of the limit the oldest finished jobs with a TTL are deleted early", async () => {
  for (const name of await jobNames()) await world.jobs.delete({ namespace: tenant, name });
  await finishedJob("kept", 900, true);
  await finishedJob("recent", 120);
  await finishedJob("older", 300);
  await finishedJob("oldest", 600);
  // The controller may check at any moment, so the job over the limit must be created last and unfinished.
  await world.createJobs("running", 5);

  await eventually(
    "the oldest job is deleted",
    async () => (await world.job("oldest")) === undefined,
  );
  const names = ["kept", "older", "recent", ...[0, 1, 2, 3, 4].map((at) => `running-${at}`)];
  assert.deepEqual((await jobNames()).toSorted(), names);
  // The next check deletes nothing more.
  await world.jobs.delete({ namespace: tenant, name: "running-4" });
  await finishedJob("one-more", 500);
  await world.createJob("running-4");
  await eventually(
    "the job over the limit is deleted",
    async () => (await world.job("one-more")) === undefined,
  );
  assert.deepEqual((await jobNames()).toSorted(), names);
});

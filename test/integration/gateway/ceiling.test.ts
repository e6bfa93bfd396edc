import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { tenant, Installation } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/installation.ts";
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
  await createAccount(world, gateways, "shop", {});
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

test("above the ceiling every gateway answers 503 and makes nothing, until there is room again", async () => {
  const names = await world.createJobs("crowd", maxLiveJobs);
  for (const gateway of gateways) {
    const refused = await eventually("the gateway has heard how many jobs there are", async () => {
      const answer = await call(gateway, "shop");
      return answer.status === 503 ? answer : undefined;
    });
    assert.equal(refused.code, "temporary_unavailable");
    assert.match(refused.message, /^There are 10 jobs, which is all that Stills takes on/);
    assert.equal(refused.retryAfter, "10");
  }
  const before_ = await jobNames();
  for (const gateway of gateways) assert.equal((await call(gateway, "shop")).status, 503);
  assert.deepEqual(await jobNames(), before_);

  for (const name of before_) await world.jobs.delete({ namespace: tenant, name });
  assert.ok(names.every((name) => before_.includes(name)));
  for (const gateway of gateways)
    await eventually("the gateway has heard that there is room", async () => {
      const answer = await call(gateway, "shop");
      return answer.status === 201;
    });
});

/** A job that ended a while ago, as the controller would have left it. */
async function endedJob(name: string, secondsAgo: number, isKept = false): Promise<void> {
  const spec = isKept ? {} : { ttlSecondsAfterFinished: 3600 };
  const { metadata } = await world.createJob(name, { suspend: true, ...spec });
  const time = `${new Date(Date.now() - secondsAgo * 1000).toISOString().slice(0, 19)}Z`;
  await eventually(`${name} is ended`, async () => {
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

test("above four fifths of it the oldest finished jobs go early, but none that was never to go", async () => {
  for (const name of await jobNames()) await world.jobs.delete({ namespace: tenant, name });
  await endedJob("kept", 900, true);
  await endedJob("recent", 120);
  await endedJob("older", 300);
  await endedJob("oldest", 600);
  // The controller may look at any moment: the job that is one too many is never one whose end is still to come.
  await world.createJobs("running", 5);

  await eventually("the oldest went", async () => (await world.job("oldest")) === undefined);
  const names = ["kept", "older", "recent", ...[0, 1, 2, 3, 4].map((at) => `running-${at}`)];
  assert.deepEqual((await jobNames()).toSorted(), names);
  // A look later nothing more has gone.
  await world.jobs.delete({ namespace: tenant, name: "running-4" });
  await endedJob("one-more", 500);
  await world.createJob("running-4");
  await eventually("that one went", async () => (await world.job("one-more")) === undefined);
  assert.deepEqual((await jobNames()).toSorted(), names);
});

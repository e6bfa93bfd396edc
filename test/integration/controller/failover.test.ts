import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { ControllerProcess } from "../../support/installation/controller-process.ts";
import { takePicture } from "../../support/installation/stub-worker.ts";
import { succeeded, Installation } from "../../support/installation/installation.ts";

let world: Installation;

before(async () => {
  world = await Installation.start();
});

after(async () => {
  await world?.[Symbol.asyncDispose]();
});

test("the leader is killed in the middle of a hundred jobs: the standby ends each of them, once", async () => {
  await using one = await ControllerProcess.start(world);
  await one.untilLeading();
  await using two = await ControllerProcess.start(world);
  await two.untilReady();
  const go = Promise.withResolvers<void>();
  await using worker = await world.startWorker({
    slots: 8,
    behave: async (request, stub) => {
      // Once ten have ended the rest is held until the leader is dead, so that work is certainly in flight.
      if (stub.requests.length > 10) await go.promise;
      return await takePicture(request, stub);
    },
  });
  const names = await world.createJobs("failover", 100);
  await eventually("work is in flight", () => worker.requests.length > 14);
  const before = { leader: one.pid, standby: two.pid };
  await one.kill();
  assert.equal(two.isLeading, false);
  // Uploads go on without a leader: any replica gives tickets.
  go.resolve();

  const jobs = await world.untilAllFinished(names);

  assert.notEqual(before.leader, before.standby);
  assert.equal(two.isLeading, true);
  for (const job of jobs) {
    assert.equal(succeeded(job)?.reason, "Captured", job.metadata.name);
    assert.equal(job.status?.attempts, 1);
  }
  const uids = worker.requests.map(({ job }) => job.uid);
  assert.equal(new Set(uids).size, 100);
  assert.equal(uids.length, 100);
});

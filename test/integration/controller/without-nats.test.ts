import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isNotFound } from "../../../src/platform/kube/kube-error.ts";
import { eventually } from "../../support/eventually.ts";
import { ControllerProcess } from "../../support/installation/controller-process.ts";
import { Installation, succeeded, tenant } from "../../support/installation/installation.ts";
import { takePicture } from "../../support/installation/stub-worker.ts";
import { NatsRelay } from "./nats-relay.ts";

let world: Installation;

before(async () => {
  world = await Installation.start();
});

after(async () => {
  await world?.[Symbol.asyncDispose]();
});

test("a leader that is cut off from NATS hands over to a replica that reaches it; no job is lost or done twice", async () => {
  await using relay = await NatsRelay.start(world.natsServer.url);
  await using one = await ControllerProcess.start(world, { natsURL: relay.url });
  await one.untilLeading();
  await using two = await ControllerProcess.start(world);
  await two.untilReady();
  const go = Promise.withResolvers<void>();
  await using worker = await world.startWorker({
    slots: 4,
    behave: async (request, stub) => {
      await go.promise;
      return await takePicture(request, stub);
    },
  });
  const before = await world.createJobs("before-the-cut", 4);
  await eventually("they are in flight", () => worker.requests.length === 4);

  relay.cut();
  const meanwhile = await world.createJobs("after-the-cut", 4);
  await one.eventually("the leader goes on without NATS", () =>
    one.output.includes("Disconnected from NATS"),
  );
  assert.equal(two.isLeading, false);
  const exitCode = await one.exited;
  go.resolve();
  const jobs = await world.untilAllFinished([...before, ...meanwhile]);

  assert.equal(exitCode, 1);
  assert.match(one.output, /Offering the lease to another replica/);
  assert.match(one.output, /The lease was handed over to .*NATS|The lease is now held by/);
  assert.equal(two.isLeading, true);
  for (const job of jobs) {
    assert.equal(succeeded(job)?.reason, "Captured", job.metadata.name);
    assert.equal(job.status?.attempts, 1);
  }
  assert.equal(worker.requests.length, 8);
});

test("a controller that starts while NATS is away cancels, ends, refuses and deletes jobs, and dispatches once it is back", async () => {
  await world.natsServer.process.kill();
  await world.createJob("cancelled", { cancel: true });
  await world.createJob("late", { activeDeadlineSeconds: 5 });
  await world.createJob("refused", { poolName: "nowhere" });
  await world.createJob("expired", { cancel: true, ttlSecondsAfterFinished: 1 });
  await world.createJob("unstarted", { startDeadlineSeconds: 1, activeDeadlineSeconds: 3600 });
  await world.createJob("patient", { activeDeadlineSeconds: 3600 });
  await using controller = await ControllerProcess.start(world);

  const ended = await world.untilAllFinished(["cancelled", "late", "refused"]);
  await controller.eventually("the expired job is deleted", async () => {
    try {
      await world.jobs.get({ namespace: tenant, name: "expired" });
      return false;
    } catch (thrown) {
      return isNotFound(thrown);
    }
  });

  assert.deepEqual(
    ended.map((job) => succeeded(job)?.reason),
    ["Cancelled", "DeadlineExceeded", "PoolNotFound"],
  );
  for (const name of ["patient", "unstarted"]) {
    const waiting = await world.jobs.get({ namespace: tenant, name });
    // Whether a worker has started it, nobody can know without NATS.
    assert.notEqual(succeeded(waiting)?.status, "False", name);
  }

  await world.natsServer.process.start(AbortSignal.timeout(60_000));
  await using worker = await world.startWorker();
  assert.equal(succeeded(await world.untilFinished("patient"))?.reason, "Captured");
  assert.equal(succeeded(await world.untilFinished("unstarted"))?.reason, "StartDeadlineExceeded");
  assert.equal(worker.requestsFor("patient").length, 1);
});

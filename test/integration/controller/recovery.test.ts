import assert from "node:assert/strict";
import { afterEach, after, before, beforeEach, test } from "node:test";
import { streams, subjects } from "../../../src/api/messages/subjects.ts";
import { messageOnStream, streamState } from "../../../src/platform/nats/stream-state.ts";
import { eventually } from "../../support/eventually.ts";
import { takePicture } from "../../support/installation/stub-worker.ts";
import { succeeded, Installation } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";

let world: Installation;
let controller: RunningController;

before(async () => {
  world = await Installation.start();
});

after(async () => {
  await world?.[Symbol.asyncDispose]();
});

beforeEach(() => {
  controller = world.startController();
});

afterEach(async () => {
  await controller[Symbol.asyncDispose]();
});

async function untilOnStream(uid: string): Promise<void> {
  const subject = subjects.capture("default", uid);
  await eventually("its request is on the stream", async () =>
    messageOnStream(world.nats, streams.captures, subject),
  );
}

test("a lost capture request is published again and does not count as an attempt", async () => {
  await using worker = await world.startWorker({ pulls: false });
  const { metadata } = await world.createJob("purged");
  await untilOnStream(metadata.uid);
  await world.nats.manager.streams.purge(streams.captures);
  worker.beginPulling();

  const job = await world.untilFinished("purged");

  assert.equal(succeeded(job)?.reason, "Captured");
  assert.equal(job.status?.attempts, 1);
  assert.equal(worker.requestsFor("purged").length, 1);
  assert.equal(await controller.metric("stills_jobs_lost_total"), 1);
});

test("a new leader skips the message ids that an earlier one used", async () => {
  await using worker = await world.startWorker({ pulls: false });
  const { metadata } = await world.createJob("renumbered");
  await untilOnStream(metadata.uid);
  await controller[Symbol.asyncDispose]();
  await world.nats.manager.streams.purge(streams.captures);
  controller = world.startController();
  await untilOnStream(metadata.uid);
  worker.beginPulling();
  const job = await world.untilFinished("renumbered");
  assert.equal(job.status?.attempts, 1);
  assert.deepEqual(
    worker.requestsFor("renumbered").map(({ dispatch }) => dispatch),
    [2],
  );
});

test("a job that a worker holds is not lost even if its request is", async () => {
  const release = Promise.withResolvers<void>();
  await using worker = await world.startWorker({
    behave: async (request, stub) => {
      await release.promise;
      return await takePicture(request, stub);
    },
  });
  await world.createJob("held");
  await eventually("the worker has it", () => worker.requestsFor("held").length === 1);
  await world.nats.manager.streams.purge(streams.captures);
  const end = performance.now() + 12_000;
  await eventually("two searches for lost jobs have passed", () => performance.now() > end);
  release.resolve();
  assert.equal(succeeded(await world.untilFinished("held"))?.reason, "Captured");
  assert.equal(worker.requestsFor("held").length, 1);
  assert.equal(await controller.metric("stills_jobs_lost_total"), 0);
});

test("after NATS loses its disk, streams are created again and every job is captured", async () => {
  await using worker = await world.startWorker({ pulls: false, slots: 4 });
  const names = await world.createJobs("wiped", 12);
  // The two places above the four slots are kept for synchronous calls.
  await eventually("the window is full", async () => {
    return (await streamState(world.nats, streams.captures)).messages === 4;
  });
  for (const stream of Object.values(streams)) await world.nats.manager.streams.delete(stream);
  await world.natsServer.process.kill();
  await world.natsServer.process.start(AbortSignal.timeout(60_000));
  worker.beginPulling();

  const jobs = await world.untilAllFinished(names);

  for (const job of jobs) {
    assert.equal(succeeded(job)?.reason, "Captured");
    assert.equal(job.status?.attempts, 1);
  }
});

test("nothing is lost when NATS is killed and restarted", async () => {
  await using worker = await world.startWorker({ slots: 4 });
  const names = await world.createJobs("bounced", 40);
  await eventually("some are captured", () => worker.requests.length >= 5);
  await world.natsServer.process.kill();
  await world.natsServer.process.start(AbortSignal.timeout(60_000));
  const jobs = await world.untilAllFinished(names);
  for (const job of jobs) assert.equal(succeeded(job)?.reason, "Captured");
});

test("what a draining worker returns goes to another one, as the same attempt", async () => {
  await using draining = await world.startWorker({ behave: async () => ({ kind: "Returned" }) });
  const { metadata } = await world.createJob("returned");
  await eventually("it was returned", () => draining.requestsFor("returned").length > 0);
  draining.behave = takePicture;
  const job = await world.untilFinished("returned");
  assert.equal(job.status?.attempts, 1);
  const dispatches = draining.requests
    .filter(({ job: { uid } }) => uid === metadata.uid)
    .map(({ attempt, dispatch }) => `${attempt}.${dispatch}`);
  assert.equal(new Set(dispatches).size, dispatches.length);
  assert.ok(dispatches.length >= 2);
  assert.equal(await controller.metric("stills_jobs_lost_total"), 0);
});

test("a picture whose worker died before the result is used by the next worker", async () => {
  await using worker = await world.startWorker({
    behave: async (request, stub) => {
      await takePicture(request, stub);
      return undefined;
    },
  });
  await world.createJob("uploaded");
  const request = await eventually("the worker has it", () => worker.requestsFor("uploaded")[0]);
  const key = `artifacts/marketing/${request.job.uid}/1.png`;
  await eventually("the picture is stored", async () => world.store.head(key));

  assert.deepEqual(await worker.askAttempt(request), { kind: "Applied" });

  const job = await world.untilFinished("uploaded");
  assert.equal(succeeded(job)?.reason, "Captured");
  assert.equal(job.status?.artifact?.key, key);
  assert.equal(job.status?.artifact?.widthPixels, 4);
  assert.equal(job.status?.artifact?.sizeBytes, 20);
  assert.deepEqual(await worker.askAttempt(request), { kind: "Finished" });
});

test("a redelivered attempt without a picture is still wanted", async () => {
  await using worker = await world.startWorker({ behave: async () => undefined });
  await world.createJob("asked");
  const request = await eventually("the worker has it", () => worker.requestsFor("asked")[0]);
  assert.deepEqual(await worker.askAttempt(request), { kind: "Wanted" });
  // It is unacknowledged, so the worker of a later test would get it.
  await world.patchSpec("asked", { cancel: true });
  await world.untilFinished("asked");
});

test("malformed results are removed and counted, and delay no others", async () => {
  await using _worker = await world.startWorker();
  const jetstream = world.nats.jetstream;
  const uid = "00000000-0000-4000-8000-000000000000";
  const bodies = ["", "{", "null", "[]", '{"version":99}', '{"version":1,"job":{}}'];
  for (const body of bodies) await jetstream.publish(subjects.result(uid), body);
  await world.createJob("after-rubbish");
  assert.equal(succeeded(await world.untilFinished("after-rubbish"))?.reason, "Captured");
  const malformed = 'stills_results_total{outcome="Malformed"}';
  await eventually("all are counted", async () => {
    return (await controller.metric(malformed)) === bodies.length;
  });
  await eventually("none is left", async () => {
    return (await streamState(world.nats, streams.results)).messages === 0;
  });
});

test("a redelivered result is applied once", async () => {
  await using worker = await world.startWorker({
    behave: async (request, stub) => {
      const outcome = await takePicture(request, stub);
      if (outcome !== undefined) await stub.report(request, outcome);
      return outcome;
    },
  });
  await world.createJob("twice");
  await world.untilFinished("twice");
  const ignored = 'stills_results_total{outcome="Ignored"}';
  await eventually("the second is ignored", async () => (await controller.metric(ignored)) === 1);
  assert.equal(worker.requestsFor("twice").length, 1);
  const finished = 'stills_jobs_finished_total{reason="Captured"}';
  assert.equal(await controller.metric(finished), 1);
});

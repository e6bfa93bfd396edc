import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { streams, subjects } from "../../../src/api/messages/subjects.ts";
import { messageOnStream } from "../../../src/platform/nats/stream-state.ts";
import { clockAhead } from "../../support/clock-ahead.ts";
import type { ClockAhead } from "../../support/clock-ahead.ts";
import { eventually } from "../../support/eventually.ts";
import { takePicture } from "../../support/installation/stub-worker.ts";
import { succeeded, tenant, Installation } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";

/** Deadlines that are met when a test says so, and no sooner however slow the machine is. */
let world: Installation;
let clock: ClockAhead;
let controller: RunningController;

before(async () => {
  world = await Installation.start();
});

after(async () => {
  await world?.[Symbol.asyncDispose]();
});

beforeEach(() => {
  clock = clockAhead(-3_600_000);
  controller = world.startController(undefined, {}, clock);
});

afterEach(async () => {
  await controller[Symbol.asyncDispose]();
});

/** A job that was made a moment ago is so old now, and is looked at. */
async function passes(milliseconds: number, name: string): Promise<void> {
  clock.aheadMilliseconds = milliseconds;
  await world.jobs.mergePatch(
    { namespace: tenant, name },
    { metadata: { labels: { looked: "at" } } },
  );
}

test("startDeadlineSeconds does not end a job that a worker holds", async () => {
  const released = Promise.withResolvers<void>();
  await using worker = await world.startWorker({
    behave: async (request, stub) => {
      await released.promise;
      return await takePicture(request, stub);
    },
  });
  await world.createJob("taken", { startDeadlineSeconds: 30 });
  await eventually("the worker has it", () => worker.requestsFor("taken").length === 1);
  const busySlots = 'stills_pool_busy_slots{pool="default"}';
  await eventually("the controller knows", async () => (await controller.metric(busySlots)) >= 1);
  await passes(31_000, "taken");
  const looked = await eventually("it was looked at after that", async () => {
    const job = await world.job("taken");
    return job && succeeded(job);
  });
  released.resolve();
  assert.equal(looked.reason, "Capturing");
  assert.equal(succeeded(await world.untilFinished("taken"))?.reason, "Captured");
});

test("a job that ended before a worker picked it up is not rendered later", async () => {
  await using worker = await world.startWorker({ pulls: false });
  const { metadata } = await world.createJob("expired", { startDeadlineSeconds: 30 });
  const subject = subjects.capture("default", metadata.uid);
  const stored = () => messageOnStream(world.nats, streams.captures, subject);
  await eventually("it is dispatched", stored);
  await passes(31_000, "expired");
  const job = await world.untilFinished("expired");
  assert.equal(succeeded(job)?.reason, "StartDeadlineExceeded");
  await eventually("it is taken back", async () => (await stored()) === undefined);
  worker.beginPulling();
  await world.createJob("next");
  await world.untilFinished("next");
  assert.deepEqual(
    worker.requests.map(({ job: { name } }) => name),
    ["next"],
  );
});

test("activeDeadlineSeconds ends a job that a worker holds, and the worker is told to stop", async () => {
  await using worker = await world.startWorker({ behave: async () => undefined });
  const { metadata } = await world.createJob("slow", { activeDeadlineSeconds: 90 });
  await eventually("the worker has it", () => worker.requestsFor("slow").length === 1);
  await passes(91_000, "slow");
  const job = await world.untilFinished("slow");
  assert.equal(succeeded(job)?.reason, "DeadlineExceeded");
  assert.match(succeeded(job)?.message ?? "", /90 seconds \(`activeDeadlineSeconds`\)/);
  await eventually("the worker is told to stop", () => worker.cancelled.includes(metadata.uid));
});

test("the deadline message names the problem of the worker that holds the job", async () => {
  await using worker = await world.startWorker({
    slots: 1,
    behave: async ({ job }) => {
      await eventually("it is taken away", () => worker.cancelled.includes(job.uid));
      return undefined;
    },
  });
  await world.createJob("kept", { activeDeadlineSeconds: 90 });
  await eventually("the worker has it", () => worker.requestsFor("kept").length === 1);
  await using _other = await world.startWorker({ slots: 1, pulls: false });
  const slots = async () => await controller.metric('stills_pool_slots{pool="default"}');
  await eventually("the controller knows both", async () => (await slots()) === 2);
  worker.problem = "EgressUnreachable";
  await eventually("the controller knows that one is unready", async () => (await slots()) === 1);
  await passes(91_000, "kept");
  const job = await world.untilFinished("kept");
  assert.equal(succeeded(job)?.reason, "DeadlineExceeded");
  assert.match(
    succeeded(job)?.message ?? "",
    /; the worker that held it was not ready at that time \(EgressUnreachable\)$/,
  );
});

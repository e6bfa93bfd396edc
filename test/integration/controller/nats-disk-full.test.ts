import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { streams, subjects } from "../../../src/api/messages/subjects.ts";
import { probeStream, type StreamName } from "../../../src/platform/nats/stream-probe.ts";
import { eventually } from "../../support/eventually.ts";
import { Installation, succeeded } from "../../support/installation/installation.ts";
import type { SmallDisk } from "../../support/small-disk.ts";

let world: Installation;
let disk: SmallDisk;

before(async () => {
  world = await Installation.start({ natsDiskMebibytes: 16 });
  assert.ok(world.natsServer.disk);
  ({ disk } = world.natsServer);
});

after(async () => {
  await world?.[Symbol.asyncDispose]();
});

/** Resolves when the server has met the full disk on a stream. */
async function untilUnwritable(stream: StreamName, subject: string): Promise<void> {
  await eventually(`${stream} takes nothing`, async () => {
    const message = "x".repeat(100_000);
    await world.nats.jetstream.publish(subject, message, { timeout: 1_000 }).catch(() => undefined);
    return (await probeStream(world.nats, stream)) === "Broken";
  });
}

async function untilWritable(stream: StreamName): Promise<void> {
  await eventually(
    `${stream} can be written`,
    async () => (await probeStream(world.nats, stream)) === "Writable",
  );
}

test("NATS's disk full: no job is lost, and each is captured once there is room again", async () => {
  await using controller = world.startController();
  await using worker = await world.startWorker({ slots: 4 });
  await world.createJob("before");
  assert.equal(succeeded(await world.untilFinished("before"))?.reason, "Captured");
  await disk.fill();
  await untilUnwritable(streams.captures, subjects.capture("gone", "a"));
  await untilUnwritable(streams.results, subjects.result("b"));
  await untilUnwritable(streams.deliveries, subjects.delivery("c"));
  const names = await world.createJobs("full", 20);
  await disk.free();

  for (const job of await world.untilAllFinished(names)) {
    assert.equal(succeeded(job)?.reason, "Captured");
    assert.equal(job.status?.attempts, 1);
  }
  for (const stream of Object.values(streams)) {
    await untilWritable(stream);
    const recreated = `stills_streams_recreated_total{stream="${stream}"}`;
    assert.ok((await controller.metric(recreated)) >= 1, stream);
  }
  assert.ok(worker.requests.length > names.length);
});

test("a full disk that only results have met is found, too", async () => {
  await using _controller = world.startController();
  await using _worker = await world.startWorker();
  await world.createJob("healthy");
  await world.untilFinished("healthy");
  await disk.fill();
  await untilUnwritable(streams.results, subjects.result("d"));
  await disk.free();
  await untilWritable(streams.results);
  await world.createJob("healed");

  const job = await world.untilFinished("healed");

  assert.equal(succeeded(job)?.reason, "Captured");
  assert.equal(job.status?.attempts, 1);
});

test("a stream that somebody has deleted is created again, though nobody publishes", async () => {
  await using _controller = world.startController();
  await untilWritable(streams.results);
  await world.nats.manager.streams.delete(streams.results);

  await untilWritable(streams.results);
});

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { streams, subjects } from "../../../src/api/messages/subjects.ts";
import { messageOnStream, streamState } from "../../../src/platform/nats/stream-state.ts";
import { eventually } from "../../support/eventually.ts";
import { ControllerProcess } from "../../support/installation/controller-process.ts";
import { GatedKubeAPI } from "./gated-kube-api.ts";
import type { GatedRequest } from "./gated-kube-api.ts";
import { succeeded, Installation } from "../../support/installation/installation.ts";

/**
 * The leader is killed from outside, with the request of one job demonstrably in the gap that the test is about; then
 * another begins to lead. Each job must end with its picture, and be captured once.
 */
let world: Installation;
let directory: string;

before(async () => {
  world = await Installation.start();
  directory = await mkdtemp(join(tmpdir(), "stills-test-gate-"));
});

after(async () => {
  await world?.[Symbol.asyncDispose]();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});

async function startGated(name: string) {
  const gate = await GatedKubeAPI.start({
    behindKubeconfigPath: world.kube.kubeconfig,
    kubeconfigPath: join(directory, `${name}.kubeconfig`),
  });
  const leader = await ControllerProcess.start(world, { kubeconfigPath: gate.kubeconfigPath });
  await leader.untilLeading();
  return {
    gate,
    leader,
    async [Symbol.asyncDispose]() {
      await leader[Symbol.asyncDispose]();
      await gate[Symbol.asyncDispose]();
    },
  };
}

/** The lease is not waited for: `failover.test.ts` shows that a standby leads once it runs out. */
async function killLeader(leader: ControllerProcess): Promise<void> {
  await leader.kill();
  await world.expireLease();
}

const readOf =
  (name: string) =>
  ({ method, path }: GatedRequest): boolean =>
    method === "GET" && path.endsWith(`/screenshotjobs/${name}`);

const statusWriteOf =
  (name: string) =>
  ({ method, path }: GatedRequest): boolean =>
    method === "PATCH" && path.endsWith(`/screenshotjobs/${name}/status`);

test("killed before it has published", async () => {
  await using worker = await world.startWorker();
  await using gated = await startGated("unpublished");
  // A new job is published from what the watch brought; one that waited is read first, and there it can be stopped.
  await world.createJob("unpublished", { suspend: true });
  await world.untilReason("unpublished", "Suspended");
  const held = gated.gate.hold("BeforeServer", readOf("unpublished"));
  await world.patchSpec("unpublished", { suspend: false });
  await held.reached;
  await killLeader(gated.leader);
  assert.equal((await streamState(world.nats, streams.captures)).messages, 0);

  await using _next = world.startController();
  const job = await world.untilFinished("unpublished");

  assert.equal(succeeded(job)?.reason, "Captured");
  assert.equal(worker.requestsFor("unpublished").length, 1);
});

test("killed after it has published, before any status write", async () => {
  await using worker = await world.startWorker({ pulls: false });
  await using gated = await startGated("published");
  const { metadata } = await world.createJob("published");
  const subject = subjects.capture("default", metadata.uid);
  await eventually("it is published", async () =>
    messageOnStream(world.nats, streams.captures, subject),
  );
  await killLeader(gated.leader);
  assert.equal((await world.job("published"))?.status, undefined);

  await using next = world.startController();
  const adopted = 'stills_pool_queued_jobs{pool="default"}';
  await eventually("the next knows of it", async () => (await next.metric(adopted)) === 1);
  worker.beginPulling();
  const job = await world.untilFinished("published");

  assert.equal(succeeded(job)?.reason, "Captured");
  assert.equal(job.status?.attempts, 1);
  assert.equal(worker.requestsFor("published").length, 1);
  assert.equal(await next.metric("stills_captures_dispatched_total"), 0);
});

test("killed after a result has come, before its status write", async () => {
  await using worker = await world.startWorker();
  await using gated = await startGated("unwritten");
  const held = gated.gate.hold("BeforeServer", statusWriteOf("unwritten"));
  await world.createJob("unwritten");
  await held.reached;
  await killLeader(gated.leader);
  assert.equal((await streamState(world.nats, streams.results)).messages, 1);

  await using _next = world.startController();
  const job = await world.untilFinished("unwritten");

  assert.equal(succeeded(job)?.reason, "Captured");
  assert.equal(worker.requestsFor("unwritten").length, 1);
  await eventually("the result is acknowledged", async () => {
    return (await streamState(world.nats, streams.results)).messages === 0;
  });
});

test("killed after the status write, before the result is acknowledged", async () => {
  await using worker = await world.startWorker();
  await using gated = await startGated("written");
  const held = gated.gate.hold("AfterServer", statusWriteOf("written"));
  await world.createJob("written");
  await held.reached;
  const written = await world.untilFinished("written");
  await killLeader(gated.leader);
  assert.equal((await streamState(world.nats, streams.results)).messages, 1);

  await using _next = world.startController();
  await eventually("the result is acknowledged", async () => {
    return (await streamState(world.nats, streams.results)).messages === 0;
  });

  const job = await world.job("written");
  assert.equal(job?.metadata.resourceVersion, written.metadata.resourceVersion);
  assert.equal(worker.requestsFor("written").length, 1);
});

test("killed after a retry was written, before the next attempt is published", async () => {
  await using worker = await world.startWorker({
    behave: async ({ attempt, job }) =>
      attempt === 1
        ? { kind: "Failed", reason: "BrowserFailed", message: "It broke off" }
        : {
            kind: "Captured",
            artifact: {
              bucket: world.objects.bucket,
              key: `artifacts/${job.namespace}/${job.uid}/${attempt}.png`,
              ...{ digest: `sha256:${"0".repeat(64)}`, sizeBytes: 1, mediaType: "image/png" },
            },
            timingsMilliseconds: {},
            warnings: [],
          },
  });
  await using gated = await startGated("between");
  const held = gated.gate.hold("AfterServer", statusWriteOf("between"));
  await world.createJob("between");
  await held.reached;
  await killLeader(gated.leader);

  await using _next = world.startController();
  const job = await world.untilFinished("between");

  assert.equal(succeeded(job)?.reason, "Captured");
  assert.equal(job.status?.attempts, 2);
  assert.deepEqual(
    worker.requestsFor("between").map(({ attempt }) => attempt),
    [1, 2],
  );
});

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { GatedKubeAPI } from "./gated-kube-api.ts";
import { takePicture } from "../../support/installation/stub-worker.ts";
import { succeeded, Installation } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";

/** The controller's watch says nothing any more, as a connection that is half open: what it knows is old. */
let world: Installation;
let directory: string;
let gate: GatedKubeAPI;
let controller: RunningController;

before(async () => {
  world = await Installation.start();
  directory = await mkdtemp(join(tmpdir(), "stills-test-gate-"));
  gate = await GatedKubeAPI.start({
    behindKubeconfigPath: world.kube.kubeconfig,
    kubeconfigPath: join(directory, "kubeconfig"),
  });
  controller = world.startController(gate.kubeconfigPath);
});

after(async () => {
  await controller?.[Symbol.asyncDispose]();
  await gate?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});

test("a retry goes on even if the cache never shows its write", async () => {
  let thaw: () => void = () => undefined;
  await using worker = await world.startWorker({
    behave: async (request, stub) => {
      if (request.attempt > 1) return await takePicture(request, stub);
      thaw = gate.freezeWatches();
      return { kind: "Failed", reason: "BrowserFailed", message: "It broke off" };
    },
  });
  await world.createJob("frozen");
  const job = await world.untilFinished("frozen");
  assert.equal(succeeded(job)?.reason, "Captured");
  assert.deepEqual(
    worker.requestsFor("frozen").map(({ attempt }) => attempt),
    [1, 2],
  );
  thaw();
});

test("a cancellation that the cache missed ends the job at its next write, with few conflicts", async () => {
  const conflicts = 'stills_kube_status_writes_total{outcome="Conflict"}';
  const before = await controller.metric(conflicts);
  const release = Promise.withResolvers<void>();
  await using worker = await world.startWorker({
    behave: async (request, stub) => {
      await release.promise;
      return await takePicture(request, stub);
    },
  });
  await world.createJob("unseen", {
    activeDeadlineSeconds: 12,
    captureTimeoutSeconds: 10,
    navigationTimeoutSeconds: 5,
  });
  await eventually("the worker has it", () => worker.requestsFor("unseen").length === 1);
  const thaw = gate.freezeWatches();
  await world.patchSpec("unseen", { cancel: true });
  const job = await world.untilFinished("unseen");
  release.resolve();
  thaw();
  assert.equal(succeeded(job)?.reason, "Cancelled");
  assert.ok((await controller.metric(conflicts)) - before <= 2);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { resultAckWaitSeconds } from "../../../src/platform/nats/stream-shapes.ts";
import { eventually } from "../../support/eventually.ts";
import { FaultyStore } from "../../support/faulty-store.ts";
import {
  Installation,
  otherTenant,
  succeeded,
  tenant,
} from "../../support/installation/installation.ts";

const copyCount = 64;

test("results of others do not wait for slow copies, and no copy is made twice", async () => {
  await using world = await Installation.start();
  await using store = await FaultyStore.start(world.objects.endpoint);
  const config = world.controllerConfig();
  await using _controller = world.startController(undefined, {
    store: { ...config.store, endpoint: store.endpoint },
  });
  await using worker = await world.startWorker({ slots: 128 });
  store.holdCopies((path) => path.includes(`/stored/${tenant}/`));
  const names = Array.from({ length: copyCount }, (_, index) => `copied-${index}`);
  for (const name of names) await world.createJob(name, { storage: { path: name } });
  await eventually("all pages are captured", () => worker.requests.length === copyCount);
  await eventually("copies are on their way", () => store.heldCopies > 0);
  const heldSince = performance.now();

  await world.createJob("plain", {}, otherTenant);
  await world.createJob("copied", { storage: { path: "copied" } }, otherTenant);
  for (const name of ["plain", "copied"]) {
    const job = await world.untilFinished(name, otherTenant);
    assert.equal(succeeded(job)?.reason, "Captured", name);
  }
  assert.ok(store.heldCopies > 0, "the copies have not ended");
  // Whoever holds a result for longer without a sign of life gets it a second time.
  const longerMilliseconds = 2 * resultAckWaitSeconds * 1000;
  await eventually("leases run out", () => performance.now() - heldSince > longerMilliseconds);
  store.releaseCopies();

  for (const job of await world.untilAllFinished(names))
    assert.equal(succeeded(job)?.reason, "Captured", job.metadata.name);
  const paths = store.copies.filter((path) => path.includes(`/stored/${tenant}/`));
  assert.deepEqual(paths.toSorted(), [...new Set(paths)].toSorted(), "each was copied once");
  assert.equal(paths.length, copyCount);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { ObjectStoreMonitor } from "../../../src/controller/object-store-monitor.ts";
import { findFreePort } from "../../../src/local/servers/free-port.ts";
import { ConditionalWrites } from "../../../src/platform/objects/conditional-writes.ts";
import { createObjectStore } from "../../../src/platform/objects/object-store.ts";
import type { ObjectStoreSettings } from "../../../src/platform/objects/object-store-settings.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import { createLogger } from "../../../src/platform/process/logger.ts";
import { eventually } from "../../support/eventually.ts";
import { startObjects } from "../../support/servers.ts";
import type { TestObjects } from "../../support/servers.ts";

/** A running monitor; `problem` is what keeps the replica from being ready. */
async function watch(settings: ObjectStoreSettings): Promise<ObjectStoreMonitor & AsyncDisposable> {
  const store = createObjectStore(settings);
  const log = createLogger({ component: "controller", level: "silent" });
  const { endpoint } = settings;
  const watching = new ObjectStoreMonitor({
    objectStore: store,
    conditionalWrites: new ConditionalWrites(store),
    endpoint,
    clock: systemClock,
    log,
  });
  await watching.start();
  return Object.assign(watching, {
    [Symbol.asyncDispose]: async () => {
      await watching.stop();
      store.close();
    },
  });
}

function settingsOf({ endpoint, region, bucket, ...keys }: TestObjects): ObjectStoreSettings {
  const { accessKeyID, secretAccessKey } = keys;
  return { endpoint, region, bucket, accessKeyID, secretAccessKey };
}

test("an unreachable object store or a missing bucket is reported with the settings", async () => {
  await using objects = await startObjects();
  const right = settingsOf(objects);
  const endpoint = `http://127.0.0.1:${await findFreePort()}`;
  const wrong: [Partial<ObjectStoreSettings>, RegExp][] = [
    [{ endpoint }, /cannot be used: The object store could not find the bucket: /],
    [{ bucket: "elsewhere" }, /bucket elsewhere .*the bucket does not exist/],
  ];
  for (const [changes, sentence] of wrong) {
    await using watching = await watch({ ...right, ...changes });
    await eventually("it says what is wrong", () => sentence.test(watching.problem ?? ""));
    assert.match(watching.problem ?? "", /\(STILLS_STORE_ENDPOINT\).*\(STILLS_STORE_BUCKET\)/);
    if (changes.endpoint !== undefined) assert.ok(watching.problem?.includes(endpoint));
    assert.ok(watching.problem?.includes(right.secretAccessKey) !== true);
  }
});

test("a refused key counts as an answer, and each job reports it", async () => {
  await using objects = await startObjects();
  await using watching = await watch({ ...settingsOf(objects), accessKeyID: "nobody" });
  assert.match(watching.problem ?? "", /has not answered yet/);
  await eventually("it has answered", () => watching.problem === undefined);
});

test("an object store that answered once keeps the replica ready when it fails", async () => {
  await using objects = await startObjects();
  await using watching = await watch(settingsOf(objects));
  assert.match(watching.problem ?? "", /has not answered yet/);
  await eventually("it has answered", () => watching.problem === undefined);
  await objects.process.kill();
  assert.equal(watching.problem, undefined);
});

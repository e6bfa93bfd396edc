import assert from "node:assert/strict";
import { test } from "node:test";
import { annotations } from "../../api/settings/kubernetes-names.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { TakeError } from "../../core/take/take-error.ts";
import type { StoredObject } from "../../platform/objects/object-store.ts";
import { systemClock } from "../../platform/process/clock.ts";
import { CallRecords } from "./call-records.ts";

const name = { namespace: "shop", name: "take-key-1" };
const job = { metadata: { ...name, annotations: { [annotations.requestDigest]: "same" } } };
const record = { version: 1, job, expiresMilliseconds: 1000 };
const { signal } = new AbortController();

function recordsAt(now: number, get: () => Promise<StoredObject | undefined>): CallRecords {
  return new CallRecords({ objectStore: { get }, clock: { ...systemClock, now: () => now } });
}

const stored = async (): Promise<StoredObject> => {
  const bytes = Buffer.from(JSON.stringify(record));
  return { bytes, sizeBytes: bytes.length, mediaType: "application/json", metadata: {} };
};

test("a call is remembered until its record expires", async () => {
  const find = (now: number) => recordsAt(now, stored).find({ name, digest: "same" }, signal);
  assert.deepEqual(await find(999), job);
  assert.equal(await find(1000), undefined);
});

test("a key that another request used is refused", async () => {
  await assert.rejects(
    recordsAt(0, stored).find({ name, digest: "other" }, signal),
    (thrown: TakeError) => thrown.code === "request_not_valid",
  );
});

test("while the object store does not answer the caller is asked to come again; one that denies has no record", async () => {
  const failing = (reason: "StorageUnavailable" | "StorageDenied") =>
    recordsAt(0, () => Promise.reject(new Failure(reason, { message: "no" })));
  await assert.rejects(
    failing("StorageUnavailable").find({ name, digest: "same" }, signal),
    (thrown: TakeError) => thrown.status === 503,
  );
  assert.equal(await failing("StorageDenied").find({ name, digest: "same" }, signal), undefined);
});

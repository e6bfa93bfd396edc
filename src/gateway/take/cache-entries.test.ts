import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../api/reasons/failure.ts";
import type { StoredObject } from "../../platform/objects/object-store.ts";
import { CacheEntries } from "./cache-entries.ts";

const job = { metadata: { name: "take-1" } };
const address = { namespace: "marketing", account: "shop", key: "00" };
const { signal } = new AbortController();

function entriesAt(now: number, get: (key: string) => Promise<StoredObject | undefined>) {
  return new CacheEntries({ objectStore: { get }, clock: { now: () => now } });
}

async function stored(key: string): Promise<StoredObject> {
  assert.equal(key, "cache/marketing/shop/00.json");
  const bytes = Buffer.from(JSON.stringify({ version: 1, job, expiresMilliseconds: 5000 }));
  return { bytes, sizeBytes: bytes.length, mediaType: "application/json", metadata: {} };
}

test("an entry answers until its time is over, to the millisecond", async () => {
  assert.deepEqual(await entriesAt(4999, stored).find(address, signal), job);
  assert.equal(await entriesAt(5000, stored).find(address, signal), undefined);
});

test("a key that may not list is told of an entry that is not there; other failures are told", async () => {
  const failing = (reason: "StorageUnavailable" | "StorageDenied") =>
    entriesAt(0, () => Promise.reject(new Failure(reason, { message: "no" })));
  assert.equal(await failing("StorageDenied").find(address, signal), undefined);
  await assert.rejects(failing("StorageUnavailable").find(address, signal), Failure);
});

test("what is no entry is a failure", async () => {
  const bytes = Buffer.from("{}");
  const facts = { sizeBytes: bytes.length, mediaType: "application/json", metadata: {} };
  await assert.rejects(entriesAt(0, async () => ({ bytes, ...facts })).find(address, signal));
});

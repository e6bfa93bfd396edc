import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger } from "../process/logger.ts";
import { ObjectCache } from "./object-cache.ts";

const log = createLogger({ component: "test", level: "silent" });
const never = new AbortController().signal;

function recording() {
  const cache = new ObjectCache<string>(log);
  const changes: string[] = [];
  cache.onChange((key, change) => changes.push(`${change.kind} ${key} ${change.record}`));
  return { cache, changes };
}

function entry(uid: string, resourceVersion: string, record: string) {
  return { uid, resourceVersion, record };
}

test("an object made anew under the same name is first deleted, then set", () => {
  const { cache, changes } = recording();
  cache.set("ns/a", entry("u1", "1", "old"));
  cache.set("ns/a", entry("u2", "2", "new"));
  assert.deepEqual(changes, ["Set ns/a old", "Deleted ns/a old", "Set ns/a new"]);
  assert.equal(cache.getByUID("u1"), undefined);
  assert.equal(cache.getByUID("u2"), "new");
});

test("the same version again tells nothing", () => {
  const { cache, changes } = recording();
  cache.set("ns/a", entry("u1", "1", "a"));
  cache.set("ns/a", entry("u1", "1", "a"));
  assert.equal(changes.length, 1);
});

test("what a complete list does not have is deleted with its last state", () => {
  const { cache, changes } = recording();
  cache.set("ns/a", entry("u1", "1", "a"));
  cache.set("ns/b", entry("u2", "2", "b"));
  cache.retainOnly(new Set(["ns/b"]));
  assert.deepEqual(changes.slice(2), ["Deleted ns/a a"]);
  assert.deepEqual([...cache.records()], ["b"]);
});

test("a handler that throws harms neither the cache nor the other handlers", () => {
  const cache = new ObjectCache<string>(log);
  const seen: string[] = [];
  cache.onChange(() => {
    throw new Error("broken handler");
  });
  cache.onChange((key) => seen.push(key));
  cache.set("ns/a", entry("u1", "1", "a"));
  assert.deepEqual(seen, ["ns/a"]);
  assert.equal(cache.get("ns/a"), "a");
});

test("waiting ends when the object is there in the version or a later one", async () => {
  const { cache } = recording();
  cache.set("ns/a", entry("u1", "5", "a"));
  await cache.waitUntilAtLeast("ns/a", "5", never);
  const waiting = cache.waitUntilAtLeast("ns/a", "9", never);
  cache.set("ns/a", entry("u1", "10", "a"));
  await waiting;
  assert.equal(cache.resourceVersionOf("ns/a"), "10");
});

test("waiting for an object that was deleted ends when the watch has passed its version", async () => {
  const { cache } = recording();
  const waiting = cache.waitUntilAtLeast("ns/gone", "9", never);
  cache.moveTo("12");
  await waiting;
  assert.equal(cache.get("ns/gone"), undefined);
});

test("waiting is limited by the caller", async () => {
  const { cache } = recording();
  const reason = new Error("enough");
  const controller = new AbortController();
  const waiting = cache.waitUntilAtLeast("ns/a", "9", controller.signal);
  controller.abort(reason);
  await assert.rejects(waiting, reason);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { FairQueue } from "./fair-queue.ts";
import type { PendingJob } from "./fair-queue.ts";

function job(namespace: string, index: number): PendingJob {
  return { uid: `${namespace}-${index}`, namespace, createdMilliseconds: index };
}

function fill(queue: FairQueue, namespace: string, count: number): void {
  for (let index = 0; index < count; index += 1) queue.add(job(namespace, index), "Back");
}

function drain(queue: FairQueue): string[] {
  const dequeued: string[] = [];
  for (let next = queue.dequeue(); next !== undefined; next = queue.dequeue())
    dequeued.push(next.uid);
  return dequeued;
}

test("namespaces take turns, each in the order of its own jobs", () => {
  const queue = new FairQueue();
  fill(queue, "a", 4);
  fill(queue, "b", 2);
  assert.deepEqual(drain(queue), ["a-0", "b-0", "a-1", "b-1", "a-2", "a-3"]);
});

test("a late namespace waits for one turn, not for the backlog of others", () => {
  const queue = new FairQueue();
  fill(queue, "a", 1_000);
  queue.dequeue();
  fill(queue, "b", 1);
  assert.ok(drain(queue).indexOf("b-0") <= 1);
});

test("a job that comes back precedes the others of its namespace", () => {
  const queue = new FairQueue();
  fill(queue, "a", 2);
  queue.add(job("a", 9), "Front");
  assert.deepEqual(drain(queue), ["a-9", "a-0", "a-1"]);
});

test("a job waits once and keeps its position", () => {
  const queue = new FairQueue();
  fill(queue, "a", 3);
  assert.equal(queue.add(job("a", 1), "Back"), false);
  assert.equal(queue.size, 3);
  assert.deepEqual(drain(queue), ["a-0", "a-1", "a-2"]);
});

test("a removed job is not dequeued", () => {
  const queue = new FairQueue();
  fill(queue, "a", 3);
  assert.equal(queue.remove("a-1"), true);
  assert.equal(queue.remove("a-1"), false);
  assert.deepEqual(drain(queue), ["a-0", "a-2"]);
});

test("the age of the oldest job is that of the oldest head", () => {
  const queue = new FairQueue();
  assert.equal(queue.oldestMilliseconds(), undefined);
  queue.add(job("a", 7), "Back");
  queue.add(job("b", 3), "Back");
  assert.equal(queue.oldestMilliseconds(), 3);
});

test("random operations lose and repeat nothing, and no namespace gets a second turn before others their first", () => {
  const queue = new FairQueue();
  const waiting = new Map<string, string>();
  for (let step = 0; step < 5_000; step += 1) {
    const namespace = `n${Math.floor(Math.random() * 5)}`;
    const choice = Math.random();
    if (choice < 0.5) {
      const added = job(namespace, step);
      queue.add(added, Math.random() < 0.2 ? "Front" : "Back");
      waiting.set(added.uid, namespace);
    } else if (choice < 0.65) {
      const [uid] = waiting.keys();
      if (uid !== undefined) assert.equal(queue.remove(uid), waiting.delete(uid));
    } else {
      const dequeued = queue.dequeue();
      assert.equal(dequeued === undefined, waiting.size === 0);
      if (dequeued !== undefined) assert.equal(waiting.delete(dequeued.uid), true);
    }
    assert.equal(queue.size, waiting.size);
  }
  const namespaces = new Set(waiting.values());
  const firstTurns = drain(queue)
    .slice(0, namespaces.size)
    .map((uid) => uid.split("-")[0]);
  assert.equal(new Set(firstTurns).size, namespaces.size);
});

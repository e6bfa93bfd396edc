import assert from "node:assert/strict";
import { test } from "node:test";
import { DelayHeap } from "./delay-heap.ts";

test("keys come out in the order of their times", () => {
  const heap = new DelayHeap();
  // A fixed permutation: 7919 is prime and so visits every number below 1000 once.
  for (let index = 0; index < 1000; index += 1) {
    const due = (index * 7919) % 1000;
    heap.add(`key-${due}`, due);
  }
  assert.equal(heap.nextMilliseconds(), 0);
  const expected = Array.from({ length: 1000 }, (_, index) => `key-${index}`);
  assert.deepEqual(heap.popDue(1000), expected);
  assert.equal(heap.size, 0);
});

test("a key counts once, at its earliest time", () => {
  const heap = new DelayHeap();
  heap.add("a", 100);
  heap.add("a", 50);
  heap.add("a", 200);
  assert.deepEqual(heap.popDue(60), ["a"]);
  assert.deepEqual(heap.popDue(1000), []);
});

test("what is not due stays", () => {
  const heap = new DelayHeap();
  heap.add("late", 100);
  heap.add("early", 10);
  assert.deepEqual(heap.popDue(99), ["early"]);
  assert.equal(heap.nextMilliseconds(), 100);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMilliseconds } from "./backoff.ts";

const plain = { firstMilliseconds: 250, mostMilliseconds: 10_000, jitter: 0 };

test("pauses double up to the longest", () => {
  const pauses = [0, 1, 2, 3, 4, 5, 6].map((retry) => backoffMilliseconds(retry, plain, 0.9));
  assert.deepEqual(pauses, [250, 500, 1000, 2000, 4000, 8000, 10_000]);
});

test("any number of retries leaves the longest pause", () => {
  assert.equal(backoffMilliseconds(100_000, plain, 0), 10_000);
  assert.equal(backoffMilliseconds(100_000, { ...plain, firstMilliseconds: 0 }, 0), 0);
});

test("jitter takes away up to its share", () => {
  const equal = { ...plain, jitter: 0.5 };
  assert.equal(backoffMilliseconds(2, equal, 0), 1000);
  assert.equal(backoffMilliseconds(2, equal, 0.5), 750);
  assert.equal(backoffMilliseconds(2, { ...plain, jitter: 1 }, 0.999), 1);
});

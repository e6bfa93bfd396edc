import assert from "node:assert/strict";
import { test } from "node:test";
import { RateLimiter } from "./rate-limiter.ts";

test("turns are a twentieth of a second apart, however many are reserved at once", () => {
  const limiter = new RateLimiter({ perSecond: 20 });
  const turns = Array.from({ length: 100 }, () => limiter.reserve(1_000));
  assert.equal(turns[0], 1_000);
  assert.equal(turns[99], 1_000 + 99 * 50);
});

test("without a burst an idle time is not saved up", () => {
  const limiter = new RateLimiter({ perSecond: 20 });
  limiter.reserve(1_000);
  assert.equal(limiter.reserve(60_000), 60_000);
  assert.equal(limiter.reserve(60_000), 60_050);
});

test("a burst is allowed at once, then the rate, and the burst comes back with time", () => {
  const limiter = new RateLimiter({ perSecond: 2, burst: 3 });
  const allowedAt = (now: number) => [1, 2, 3, 4].filter(() => limiter.allow(now)).length;
  assert.equal(allowedAt(0), 3);
  assert.equal(allowedAt(499), 0);
  assert.equal(allowedAt(500), 1);
  assert.equal(allowedAt(60_000), 3);
});

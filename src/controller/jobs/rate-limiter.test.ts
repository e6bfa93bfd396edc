import assert from "node:assert/strict";
import { test } from "node:test";
import { RateLimiter } from "./rate-limiter.ts";

test("turns are a twentieth of a second apart, however many ask at once", () => {
  const pace = new RateLimiter(20);
  const turns = Array.from({ length: 100 }, () => pace.reserve(1_000));
  assert.equal(turns[0], 1_000);
  assert.equal(turns[99], 1_000 + 99 * 50);
});

test("time in which nobody asked is not saved up", () => {
  const pace = new RateLimiter(20);
  pace.reserve(1_000);
  assert.equal(pace.reserve(60_000), 60_000);
  assert.equal(pace.reserve(60_000), 60_050);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { usageBody } from "./usage-routes.ts";

const answer = {
  startedThisMonth: 14,
  succeededThisMonth: 9,
  unfinished: 3,
  startedThisMinute: 3,
  nextMinuteMilliseconds: Date.UTC(2026, 10, 30, 12, 1),
};

test("used are the pictures, and what is left is counted from those and from what has not ended", () => {
  assert.deepEqual(usageBody(answer, { requestsPerMonth: 100, requestsPerMinute: 40 }), {
    total: 100,
    available: 88,
    used: 9,
    concurrency: { limit: 40, remaining: 37, reset: 1_796_040_060_000_000_000 },
  });
});

test("nothing is left below zero, as after a limit was lowered", () => {
  const body = usageBody(answer, { requestsPerMonth: 5, requestsPerMinute: 2 });
  assert.match(JSON.stringify(body), /"available":0,.*"remaining":0/);
});

test("without a limit it is the largest safe integer", () => {
  assert.match(
    JSON.stringify(usageBody(answer)),
    /"total":9007199254740991,"available":9007199254740991/,
  );
});

test("the end of the minute is written with all of its 19 digits", () => {
  assert.match(JSON.stringify(usageBody(answer)), /"reset":1796040060000000000}/);
});

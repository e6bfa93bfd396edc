import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addJobs,
  countOf,
  inMonthOf,
  isUncounted,
  minuteStart,
  secondsToNextMinute,
  secondsToNextMonth,
  usageOf,
} from "./account-usage.ts";
import type { CountedJob } from "./account-usage.ts";

const noon = Date.UTC(2026, 10, 24, 12);
const monthStart = Date.UTC(2026, 10, 1);

function aJob(createdSeconds: number, succeededSeconds?: number): CountedJob {
  return {
    createdMilliseconds: noon + createdSeconds * 1000,
    succeededMilliseconds:
      succeededSeconds === undefined ? undefined : noon + succeededSeconds * 1000,
  };
}

test("a month starts at zero and counts the jobs created in it", () => {
  const jobs = [
    aJob(-10, -5),
    aJob(-3),
    aJob(0),
    { ...aJob(-1), createdMilliseconds: monthStart - 1 },
  ];
  const first = { createdMilliseconds: monthStart, succeededMilliseconds: monthStart };
  const count = addJobs(countOf(undefined, noon), [...jobs, first], noon);
  assert.deepEqual(usageOf(count), {
    periodStart: "2026-11-01T00:00:00Z",
    lastCountedTime: "2026-11-24T12:00:00Z",
    total: 4,
    succeeded: 2,
  });
});

test("a counted job is not counted again, also by a later leader", () => {
  const early = [aJob(-30, -20), aJob(-12)];
  const written = usageOf(addJobs(countOf(undefined, noon), early, noon - 10_000));
  assert.deepEqual([written.total, written.succeeded], [2, 1]);

  const later = [...early.slice(0, 1), aJob(-12, -4), aJob(-8), aJob(-6, -1)];
  const count = addJobs(countOf(written, noon), later, noon);
  assert.deepEqual([count.total, count.succeeded], [4, 3]);
  assert.equal(isUncounted(aJob(-12), count), false);
  assert.equal(isUncounted(aJob(-12, 1), count), true);
  assert.equal(isUncounted(aJob(1), count), true);
});

test("a count never goes back in time", () => {
  const count = addJobs(countOf(undefined, noon), [aJob(-1)], noon);
  assert.deepEqual(addJobs(count, [aJob(-1)], noon - 60_000), count);
});

test("the next month starts at zero, and the retry is at its start", () => {
  const december = Date.UTC(2026, 11, 1);
  const count = addJobs(countOf(undefined, noon), [aJob(0)], noon);
  assert.equal(inMonthOf(count, december - 1).total, 1);
  assert.equal(inMonthOf(count, december).total, 0);
  assert.equal(countOf(usageOf(count), december).total, 0);
  assert.equal(secondsToNextMonth(december - 90_500), 91);
  assert.equal(secondsToNextMonth(december), 31 * 86_400);
});

test("a minute begins with the clock's, and the next one is at least a second away", () => {
  assert.equal(minuteStart(noon), noon);
  assert.equal(minuteStart(noon + 59_999), noon);
  assert.equal(secondsToNextMinute(noon), 60);
  assert.equal(secondsToNextMinute(noon + 59_999), 1);
});

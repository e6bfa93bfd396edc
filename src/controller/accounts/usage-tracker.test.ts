import assert from "node:assert/strict";
import { test } from "node:test";
import { aRecord, createdMilliseconds } from "../../../test/support/job-records.ts";
import type { JobRecord } from "../jobs/job-record.ts";
import { UsageTracker } from "./usage-tracker.ts";

const now = createdMilliseconds + 60_000;

function aJobOf(account: string, name: string, changes: Partial<JobRecord> = {}): JobRecord {
  return aRecord({ account, name, uid: `uid of ${name}`, ...changes });
}

function anEndedJob(name: string): JobRecord {
  return aJobOf("shop", name, { succeeded: "True", completedMilliseconds: now - 10_000 });
}

test("unfinished jobs and places that are kept count, until they end or are not taken", () => {
  const ledger = new UsageTracker();
  ledger.open("shop", undefined, now);
  ledger.observe(aJobOf("shop", "one"), now);
  ledger.observe(aJobOf("other", "none of its"), now);
  ledger.reserve("shop", "marketing/two", now, 0);
  ledger.reserve("shop", "marketing/never-made", now, 5_000);
  assert.equal(ledger.concurrentJobs("shop", 5_000), 3);
  assert.equal(ledger.isReserved("shop", "marketing/two", 9_999), true);
  assert.equal(ledger.isReserved("shop", "marketing/two", 10_000), false, "for ten seconds");

  ledger.observe(aJobOf("shop", "two"), now);
  assert.equal(ledger.isReserved("shop", "marketing/two", 9_999), false);
  assert.equal(ledger.concurrentJobs("shop", 5_000), 3);
  assert.equal(ledger.concurrentJobs("shop", 15_000), 2);

  ledger.observe(anEndedJob("one"), now);
  ledger.forget(aJobOf("shop", "two"));
  assert.equal(ledger.concurrentJobs("shop", 15_000), 0);
  assert.equal(ledger.usedThisMonth("shop", now, 15_000), 2);
});

test("what is written down counts on, with jobs that were deleted meanwhile, and once", () => {
  const ledger = new UsageTracker();
  ledger.open("shop", undefined, now);
  ledger.observe(anEndedJob("one"), now);
  ledger.observe(aJobOf("shop", "two"), now);
  ledger.forget(anEndedJob("one"));
  const count = ledger.due("shop", now, now);
  assert.deepEqual([count?.total, count?.succeeded], [2, 1]);
  assert.ok(count !== undefined);
  ledger.written("shop", count);

  assert.equal(ledger.due("shop", now + 15_000, now + 15_000), undefined);
  assert.equal(ledger.usedThisMonth("shop", now, 0), 2);
  ledger.observe(
    aJobOf("shop", "two", { succeeded: "True", completedMilliseconds: now + 1000 }),
    now,
  );
  const later = ledger.due("shop", now + 15_000, now + 15_000);
  assert.deepEqual([later?.total, later?.succeeded], [2, 2]);
});

test("what another leader has written is noticed", () => {
  const ledger = new UsageTracker();
  const usage = (lastCountedTime: string) => ({
    ...{ periodStart: "2026-11-01T00:00:00Z", total: 5, succeeded: 4 },
    lastCountedTime,
  });
  ledger.open("shop", usage("2026-11-24T11:00:00Z"), now);
  assert.equal(ledger.isBehind("shop", undefined), false);
  assert.equal(ledger.isBehind("shop", usage("2026-11-24T11:00:00Z")), false);
  assert.equal(ledger.isBehind("shop", usage("2026-11-24T11:00:01Z")), true);
});

test("a minute counts each job once, whether it was admitted, seen or both, and also when it is deleted", () => {
  const ledger = new UsageTracker();
  ledger.open("shop", undefined, now);
  ledger.reserve("shop", "marketing/one", now + 1000, 1000);
  const one = aJobOf("shop", "one", { createdMilliseconds: now + 1000 });
  ledger.observe(one, now + 1500);
  ledger.forget(one);
  ledger.reserve("shop", "marketing/never-made", now + 2000, 2000);
  assert.equal(ledger.startedThisMinute("shop", now + 59_999), 2);
  assert.equal(ledger.startedThisMinute("shop", now + 60_000), 0);
  assert.equal(ledger.startedThisMinute("other", now), 0);
});

test("a job that is admitted in one minute and made in the next is counted in the first only", () => {
  const ledger = new UsageTracker();
  ledger.open("shop", undefined, now);
  ledger.reserve("shop", "marketing/late", now + 59_999, 0);
  const late = aJobOf("shop", "late", { createdMilliseconds: now + 60_000 });
  assert.equal(ledger.startedThisMinute("shop", now + 59_999), 1);
  ledger.observe(late, now + 60_100);
  ledger.observe({ ...late, succeeded: "True" }, now + 65_000);
  assert.equal(ledger.startedThisMinute("shop", now + 65_000), 0);
  ledger.observe(late, now + 125_000);
  assert.equal(ledger.startedThisMinute("shop", now + 125_000), 0);
});

test("a new leader counts the jobs that were made in this minute, and keeps those it has admitted", () => {
  const ledger = new UsageTracker();
  ledger.open("shop", undefined, now + 5000);
  ledger.observe(aJobOf("shop", "before", { createdMilliseconds: now - 1000 }), now + 5000);
  ledger.observe(aJobOf("shop", "first second", { createdMilliseconds: now }), now + 5000);
  // Of an API server whose clock is ahead.
  ledger.observe(aJobOf("shop", "ahead", { createdMilliseconds: now + 60_000 }), now + 59_500);
  assert.equal(ledger.startedThisMinute("shop", now + 59_500), 2);

  ledger.reserve("shop", "marketing/own", now + 59_600, 0);
  ledger.open("shop", undefined, now + 59_700);
  assert.equal(ledger.startedThisMinute("shop", now + 59_700), 3);
});

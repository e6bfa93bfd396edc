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

test("unfinished and admitted jobs count until they end or their admission expires", () => {
  const tracker = new UsageTracker();
  tracker.startTracking("shop", undefined, now);
  tracker.recordJob(aJobOf("shop", "one"), now);
  tracker.recordJob(aJobOf("other", "none of its"), now);
  tracker.reserve("shop", "marketing/two", now, 0);
  tracker.reserve("shop", "marketing/never-made", now, 5_000);
  assert.equal(tracker.concurrentJobs("shop", 5_000), 3);
  assert.equal(tracker.isReserved("shop", "marketing/two", 9_999), true);
  assert.equal(tracker.isReserved("shop", "marketing/two", 10_000), false, "for ten seconds");

  tracker.recordJob(aJobOf("shop", "two"), now);
  assert.equal(tracker.isReserved("shop", "marketing/two", 9_999), false);
  assert.equal(tracker.concurrentJobs("shop", 5_000), 3);
  assert.equal(tracker.concurrentJobs("shop", 15_000), 2);

  tracker.recordJob(anEndedJob("one"), now);
  tracker.recordDeleted(aJobOf("shop", "two"));
  assert.equal(tracker.concurrentJobs("shop", 15_000), 0);
  assert.equal(tracker.usedThisMonth("shop", now, 15_000).started, 2);
});

test("a written count continues, deleted jobs included, each once", () => {
  const tracker = new UsageTracker();
  tracker.startTracking("shop", undefined, now);
  tracker.recordJob(anEndedJob("one"), now);
  tracker.recordJob(aJobOf("shop", "two"), now);
  tracker.recordDeleted(anEndedJob("one"));
  const count = tracker.countToWrite("shop", now, now);
  assert.deepEqual([count?.total, count?.succeeded], [2, 1]);
  assert.ok(count !== undefined);
  tracker.recordWritten("shop", count);

  assert.equal(tracker.countToWrite("shop", now + 15_000, now + 15_000), undefined);
  assert.equal(tracker.usedThisMonth("shop", now, 0).started, 2);
  tracker.recordJob(
    aJobOf("shop", "two", { succeeded: "True", completedMilliseconds: now + 1000 }),
    now,
  );
  const later = tracker.countToWrite("shop", now + 15_000, now + 15_000);
  assert.deepEqual([later?.total, later?.succeeded], [2, 2]);
});

test("a later count of another leader is noticed", () => {
  const tracker = new UsageTracker();
  const usage = (lastCountedTime: string) => ({
    ...{ periodStart: "2026-11-01T00:00:00Z", total: 5, succeeded: 4 },
    lastCountedTime,
  });
  tracker.startTracking("shop", usage("2026-11-24T11:00:00Z"), now);
  assert.equal(tracker.isBehind("shop", undefined), false);
  assert.equal(tracker.isBehind("shop", usage("2026-11-24T11:00:00Z")), false);
  assert.equal(tracker.isBehind("shop", usage("2026-11-24T11:00:01Z")), true);
});

test("a minute counts each job once, whether it was admitted, created or both, deleted jobs included", () => {
  const tracker = new UsageTracker();
  tracker.startTracking("shop", undefined, now);
  tracker.reserve("shop", "marketing/one", now + 1000, 1000);
  const one = aJobOf("shop", "one", { createdMilliseconds: now + 1000 });
  tracker.recordJob(one, now + 1500);
  tracker.recordDeleted(one);
  tracker.reserve("shop", "marketing/never-made", now + 2000, 2000);
  assert.equal(tracker.startedThisMinute("shop", now + 59_999), 2);
  assert.equal(tracker.startedThisMinute("shop", now + 60_000), 0);
  assert.equal(tracker.startedThisMinute("other", now), 0);
});

test("a job that is admitted in one minute and created in the next counts in the first only", () => {
  const tracker = new UsageTracker();
  tracker.startTracking("shop", undefined, now);
  tracker.reserve("shop", "marketing/late", now + 59_999, 0);
  const late = aJobOf("shop", "late", { createdMilliseconds: now + 60_000 });
  assert.equal(tracker.startedThisMinute("shop", now + 59_999), 1);
  tracker.recordJob(late, now + 60_100);
  tracker.recordJob({ ...late, succeeded: "True" }, now + 65_000);
  assert.equal(tracker.startedThisMinute("shop", now + 65_000), 0);
  tracker.recordJob(late, now + 125_000);
  assert.equal(tracker.startedThisMinute("shop", now + 125_000), 0);
});

test("a new leader counts the jobs created in this minute, and keeps those it admitted", () => {
  const tracker = new UsageTracker();
  tracker.startTracking("shop", undefined, now + 5000);
  tracker.recordJob(aJobOf("shop", "before", { createdMilliseconds: now - 1000 }), now + 5000);
  tracker.recordJob(aJobOf("shop", "first second", { createdMilliseconds: now }), now + 5000);
  // Of an API server whose clock is ahead.
  tracker.recordJob(aJobOf("shop", "ahead", { createdMilliseconds: now + 60_000 }), now + 59_500);
  assert.equal(tracker.startedThisMinute("shop", now + 59_500), 2);

  tracker.reserve("shop", "marketing/own", now + 59_600, 0);
  tracker.startTracking("shop", undefined, now + 59_700);
  assert.equal(tracker.startedThisMinute("shop", now + 59_700), 3);
});

test("an unfinished job whose label or proof is taken away still counts, until it ends or is deleted", () => {
  const tracker = new UsageTracker();
  tracker.startTracking("shop", undefined, now);
  for (const name of ["one", "two"]) tracker.recordJob(aJobOf("shop", name), now);
  for (const name of ["one", "two"])
    tracker.recordJob(aJobOf("shop", name, { account: undefined }), now);
  assert.equal(tracker.concurrentJobs("shop", 0), 2);
  tracker.recordJob({ ...anEndedJob("one"), account: undefined }, now);
  tracker.recordDeleted(aJobOf("shop", "two", { account: undefined }));
  assert.equal(tracker.concurrentJobs("shop", 0), 0);
  const count = tracker.countToWrite("shop", now, now);
  assert.deepEqual([count?.total, count?.succeeded], [2, 1]);
});

test("a job is counted once the written count includes its end, and one without an account always is", () => {
  const tracker = new UsageTracker();
  tracker.startTracking("shop", undefined, now);
  const running = aJobOf("shop", "one");
  tracker.recordJob(running, now);
  assert.equal(tracker.isCounted(running), false);
  tracker.recordJob(anEndedJob("one"), now);
  assert.equal(tracker.isCounted(anEndedJob("one")), false);
  const count = tracker.countToWrite("shop", now, now);
  assert.ok(count !== undefined);
  tracker.recordWritten("shop", count);
  assert.equal(tracker.isCounted(anEndedJob("one")), true);
  assert.equal(tracker.isCounted(aJobOf("stranger", "two")), true);
  assert.equal(tracker.isCounted(aRecord({ name: "three", uid: "three" })), true);
});

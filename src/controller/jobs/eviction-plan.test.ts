import assert from "node:assert/strict";
import { test } from "node:test";
import { aRecord, createdMilliseconds } from "../../../test/support/job-records.ts";
import { planEviction } from "./eviction-plan.ts";
import type { JobRecord } from "./job-record.ts";

const now = createdMilliseconds + 3_600_000;

function ended(uid: string, secondsAgo: number, changes: Partial<JobRecord> = {}): JobRecord {
  return aRecord({
    ...{ uid, succeeded: "True", ttlSecondsAfterFinished: 600 },
    completedMilliseconds: now - secondsAgo * 1000,
    ...changes,
  });
}

function evicted(jobs: readonly JobRecord[], liveJobs: number): string[] {
  return planEviction(jobs, { liveJobs, maxLiveJobs: 10, now }).map(({ uid }) => uid);
}

test("the oldest jobs above four fifths of the maximum are deleted", () => {
  const jobs = [ended("b", 200), ended("a", 300), ended("c", 100)];
  assert.deepEqual(evicted(jobs, 8), []);
  assert.deepEqual(evicted(jobs, 9), ["a"]);
  assert.deepEqual(evicted(jobs, 10), ["a", "b"]);
  assert.deepEqual(evicted(jobs, 30), ["a", "b", "c"]);
});

test("recent jobs, and jobs without a time to live, stay", () => {
  const jobs = [
    ended("just now", 59),
    ended("webhook is not final", 300, { notified: "Unknown" }),
    ended("no time to live", 300, { ttlSecondsAfterFinished: undefined }),
    ended("being deleted", 300, { deleting: true }),
    aRecord({ uid: "unfinished", ttlSecondsAfterFinished: 60 }),
    ended("webhook is final", 300, { notified: "True" }),
  ];
  assert.deepEqual(evicted(jobs, 30), ["webhook is final"]);
});

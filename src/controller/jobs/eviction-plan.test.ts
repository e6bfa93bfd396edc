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

/** Jobs that are never deleted early. */
function unfinished(count: number, namespace = "marketing"): JobRecord[] {
  return Array.from({ length: count }, (_, at) => aRecord({ uid: `unfinished ${at}`, namespace }));
}

function evicted(...jobs: JobRecord[]): string[] {
  return planEviction(jobs, { maxLiveJobs: 10, now }).map(({ uid }) => uid);
}

test("the oldest jobs above four fifths of the maximum are deleted", () => {
  const jobs = [ended("b", 200), ended("a", 300), ended("c", 100)];
  assert.deepEqual(evicted(...jobs, ...unfinished(5)), []);
  assert.deepEqual(evicted(...jobs, ...unfinished(6)), ["a"]);
  assert.deepEqual(evicted(...jobs, ...unfinished(7)), ["a", "b"]);
  assert.deepEqual(evicted(...jobs, ...unfinished(20)), ["a", "b", "c"]);
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
  assert.deepEqual(evicted(...jobs, ...unfinished(20)), ["webhook is final"]);
});

test("the heap of one namespace costs the others none of their share", () => {
  const ofShop = (uid: string, secondsAgo: number): JobRecord =>
    ended(uid, secondsAgo, { namespace: "shop" });
  // Two namespaces: five each.
  const shop = Array.from({ length: 5 }, (_, at) => ofShop(`shop ${at}`, 3000 - at));
  assert.deepEqual(evicted(...shop, ...unfinished(20)), []);
  const heap = [ended("newer", 100), ended("older", 200)];
  assert.deepEqual(evicted(...shop, ...heap, ...unfinished(20)), ["older", "newer"]);
  // What is above it is deleted, and no more.
  assert.deepEqual(evicted(...shop, ofShop("above", 60), ...unfinished(20)), ["shop 0"]);
});

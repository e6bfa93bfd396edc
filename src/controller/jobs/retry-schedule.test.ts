import assert from "node:assert/strict";
import { test } from "node:test";
import { reasonEntry, reasons } from "../../api/reasons/reasons.ts";
import { retryDelayMilliseconds } from "./retry-schedule.ts";

const failed = { reason: "BrowserFailed", backoffLimit: 10, jitter: 0 } as const;

test("pauses double from two seconds up to a minute", () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) =>
    retryDelayMilliseconds({ ...failed, attempt }),
  );
  assert.deepEqual(pauses, [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test("a capture whose browser ran out of memory is made again at once, and then with pauses", () => {
  const pauses = [1, 2, 3].map((attempt) =>
    retryDelayMilliseconds({ ...failed, reason: "BrowserOutOfMemory", attempt, jitter: 0.5 }),
  );
  assert.deepEqual(pauses, [0, 3_000, 6_000]);
});

test("jitter takes away up to half", () => {
  assert.equal(retryDelayMilliseconds({ ...failed, attempt: 1, jitter: 0.5 }), 1_500);
  const least = retryDelayMilliseconds({ ...failed, attempt: 1, jitter: 0.999999 }) ?? 0;
  assert.ok(least >= 1_000 && least < 1_001);
});

test("backoffLimit is the number of retries", () => {
  assert.notEqual(retryDelayMilliseconds({ ...failed, backoffLimit: 2, attempt: 2 }), undefined);
  assert.equal(retryDelayMilliseconds({ ...failed, backoffLimit: 2, attempt: 3 }), undefined);
  assert.equal(retryDelayMilliseconds({ ...failed, backoffLimit: 0, attempt: 1 }), undefined);
});

test("only faults of Stills and the network are retried: another attempt would meet the same page and the same settings", () => {
  for (const reason of reasons) {
    const delay = retryDelayMilliseconds({ ...failed, reason, attempt: 1 });
    const isRetried = /^(Stills|Network)$/.test(reasonEntry(reason).fault ?? "");
    assert.equal(delay !== undefined, isRetried, reason);
  }
  for (const reason of ["NavigationTimedOut", "CaptureTimedOut", "NameNotResolved"] as const)
    assert.equal(retryDelayMilliseconds({ ...failed, reason, attempt: 1 }), undefined, reason);
  for (const reason of ["WorkerCrashed", "EgressUnavailable", "ConnectionFailed"] as const)
    assert.notEqual(retryDelayMilliseconds({ ...failed, reason, attempt: 1 }), undefined, reason);
});

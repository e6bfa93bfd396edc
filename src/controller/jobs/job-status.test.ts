import assert from "node:assert/strict";
import { test } from "node:test";
import { aJob, aRecord, createdMilliseconds } from "../../../test/support/job-records.ts";
import { projectJob } from "./job-record.ts";
import { finishedStatus, progressStatus } from "./job-status.ts";
import type { JobEnding } from "./job-status.ts";

const now = createdMilliseconds + 7_250;
const failure = {
  succeeded: false,
  reason: "NavigationTimedOut",
  message: "The page did not load",
  attempts: 2,
} as const;

test("a finished job has times, duration, attempts and reason", () => {
  assert.deepEqual(finishedStatus(aRecord({ generation: 3 }), failure, now), {
    observedGeneration: 3,
    startTime: "2026-11-24T12:00:00Z",
    completionTime: "2026-11-24T12:00:07Z",
    durationMilliseconds: 7_250,
    attempts: 2,
    conditions: [
      {
        type: "Succeeded",
        status: "False",
        reason: "NavigationTimedOut",
        message: "The page did not load",
        observedGeneration: 3,
        lastTransitionTime: "2026-11-24T12:00:07Z",
      },
    ],
  });
});

test("a webhook with onFailure Omit is pending after a success and absent after a failure", () => {
  const record = aRecord({ webhook: true, webhookOmitsFailure: true });
  const typesOf = (ending: JobEnding) =>
    finishedStatus(record, ending, now).conditions?.map(({ type }) => type);
  assert.deepEqual(typesOf(failure), ["Succeeded"]);
  assert.deepEqual(typesOf({ ...failure, succeeded: true, reason: "Captured" }), [
    "Succeeded",
    "Notified",
  ]);
});

test("the same write that ends a job makes its webhook pending", () => {
  const { conditions } = finishedStatus(aRecord({ webhook: true }), failure, now);
  const notified = conditions?.find(({ type }) => type === "Notified");
  assert.equal(notified?.status, "Unknown");
  assert.equal(notified?.reason, "DeliveryPending");
});

test("a picture larger than a webhook may carry ends its webhook at once, with size and limit; one that is linked to does not", () => {
  const artifact = { bucket: "b", key: "k", digest: "d", sizeBytes: 1, mediaType: "image/png" };
  const ending: JobEnding = { ...failure, succeeded: true, reason: "Captured", artifact };
  const notified = (sizeBytes: number, webhookSendsPicture = true) =>
    finishedStatus(
      aRecord({ webhook: true, webhookSendsPicture }),
      { ...ending, artifact: { ...artifact, sizeBytes } },
      now,
    ).conditions?.find(({ type }) => type === "Notified");
  const told = notified(134_217_729);
  assert.deepEqual([told?.status, told?.reason], ["False", "DeliveryTooLarge"]);
  assert.match(told?.message ?? "", /has 134217729 bytes, more than the 134217728 that a webhook/);
  assert.equal(notified(134_217_728)?.reason, "DeliveryPending");
  assert.equal(notified(134_217_729, false)?.reason, "DeliveryPending");
});

test("progress keeps the transition time of the condition", () => {
  const record = aRecord({ succeededChangedMilliseconds: createdMilliseconds + 2_000 });
  const { conditions } = progressStatus(record, { reason: "Capturing", message: "m" }, now);
  assert.equal(conditions?.[0]?.lastTransitionTime, "2026-11-24T12:00:02Z");
  assert.equal(conditions?.[0]?.status, "Unknown");
});

test("a suspended job loses its start time", () => {
  const progress = { reason: "Suspended", message: "m", startTime: null } as const;
  assert.equal(progressStatus(aRecord(), progress, now).startTime, null);
});

test("a long message is cut", () => {
  const { conditions } = finishedStatus(aRecord(), { ...failure, message: "x".repeat(9_000) }, now);
  const message = conditions?.[0]?.message ?? "";
  assert.ok(message.length <= 600);
  assert.ok(message.endsWith("…"));
});

test("the failure of an attempt stays in the status while the condition says what happens next", () => {
  const lastFailure = { reason: "BrowserFailed", message: "It crashed" } as const;
  const record = aRecord();
  const backingOff = progressStatus(
    record,
    { reason: "BackingOff", message: "m", lastFailure },
    now,
  );
  assert.deepEqual(backingOff.lastFailure, lastFailure);
  const stored = projectJob(aJob({}, { lastFailure: { ...lastFailure, reason: "FromTheFuture" } }));
  assert.deepEqual(stored.lastFailure, { reason: "InternalError", message: "It crashed" });
  assert.ok(!("lastFailure" in progressStatus(stored, { reason: "Capturing", message: "m" }, now)));
});

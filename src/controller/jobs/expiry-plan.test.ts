import assert from "node:assert/strict";
import { test } from "node:test";
import { aRecord, createdMilliseconds } from "../../../test/support/job-records.ts";
import { expiryMilliseconds } from "./expiry-plan.ts";
import { planJob } from "./job-plan.ts";

const completed = createdMilliseconds + 10_000;
const day = 24 * 3600 * 1000;
const finished = {
  succeeded: "True",
  completedMilliseconds: completed,
  ttlSecondsAfterFinished: 60,
} as const;
const idle = {
  phase: "Idle",
  backoffUntilMilliseconds: 0,
  pickedUp: false,
  isDispatchKnown: true,
  pool: "Usable",
  poolProblem: undefined,
  workerProblem: undefined,
  storeIsAway: false,
  isUnsendable: false,
  isCounted: true,
} as const;

test("a finished job is deleted when its time to live is over, not before", () => {
  const record = aRecord(finished);
  assert.deepEqual(planJob(record, idle, completed + 59_999), {
    actions: [],
    requeueAtMilliseconds: completed + 60_000,
  });
  assert.deepEqual(planJob(record, idle, completed + 60_000), { actions: ["Delete"] });
});

test("without ttlSecondsAfterFinished a job is kept", () => {
  const record = aRecord({ ...finished, ttlSecondsAfterFinished: undefined });
  assert.deepEqual(planJob(record, idle, completed + 365 * day), { actions: [] });
});

test("a ttl of zero deletes at once", () => {
  const record = aRecord({ ...finished, ttlSecondsAfterFinished: 0 });
  assert.deepEqual(planJob(record, idle, completed).actions, ["Delete"]);
});

test("an unfinished job never expires", () => {
  assert.equal(expiryMilliseconds(aRecord({ ttlSecondsAfterFinished: 0 })), undefined);
});

test("with a webhook the time counts from its final outcome", () => {
  const notified = { notified: "True", notifiedChangedMilliseconds: completed + 300_000 } as const;
  const record = aRecord({ ...finished, webhook: true, ...notified });
  assert.equal(expiryMilliseconds(record), completed + 360_000);
});

test("a webhook that is not sent does not delay the deletion", () => {
  const record = aRecord({ ...finished, webhook: true, webhookOmitsFailure: true });
  assert.equal(expiryMilliseconds(record), completed + 60_000);
});

test("an unfinished webhook delays the deletion by a day at most", () => {
  const record = aRecord({ ...finished, webhook: true, notified: "Unknown" });
  assert.equal(expiryMilliseconds(record), completed + day);
});

test("a job that a finalizer keeps is not deleted repeatedly", () => {
  const record = aRecord({ ...finished, deleting: true });
  assert.deepEqual(planJob(record, idle, completed + day).actions, []);
});

test("a job that its account's status does not count yet is kept, but for five minutes at most", () => {
  const record = aRecord(finished);
  const uncounted = { ...idle, isCounted: false };
  const expires = completed + 60_000;
  assert.deepEqual(planJob(record, uncounted, expires), {
    actions: [],
    requeueAtMilliseconds: expires + 5_000,
  });
  assert.deepEqual(planJob(record, uncounted, expires + 300_000), { actions: ["Delete"] });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaptureOutcome } from "../../api/messages/capture-result.ts";
import { aRecord, createdMilliseconds } from "../../../test/support/job-records.ts";
import { planResult } from "./result-plan.ts";

const circumstances = { now: createdMilliseconds + 5_000, jitter: 0 };
const captured: CaptureOutcome = {
  kind: "Captured",
  artifact: {
    ...{ bucket: "b", key: "k", digest: "sha256:0", sizeBytes: 10, mediaType: "image/png" },
    ...{ widthPixels: 4, heightPixels: 3 },
  },
  timingsMilliseconds: {},
  warnings: ["the network did not fall silent"],
};
const broken: CaptureOutcome = {
  kind: "Failed",
  reason: "BrowserFailed",
  message: "It broke off",
};
const missing: CaptureOutcome = { kind: "Failed", reason: "SelectorNotFound", message: "No #a" };
const overdue: CaptureOutcome = {
  kind: "Failed",
  reason: "DeadlineExceeded",
  message: "The time is over",
};
const returned: CaptureOutcome = { kind: "Returned" };

test("a success finishes the job, with size and warnings in its sentence", () => {
  const plan = planResult(aRecord(), { attempt: 1, outcome: captured }, circumstances);
  assert.equal(plan.kind, "Finish");
  const { ending } = plan as Extract<typeof plan, { kind: "Finish" }>;
  assert.equal(ending.succeeded, true);
  assert.equal(ending.attempts, 1);
  assert.match(ending.message, /4 x 3 pixels and 10 bytes.*the network did not fall silent/);
});

test("a picture is no success before it is in the bucket that the job names", () => {
  const record = aRecord({ hasOwnBucket: true });
  const planFor = (outcome: CaptureOutcome) =>
    planResult(record, { attempt: 1, outcome }, circumstances);
  assert.equal(planFor({ ...captured, isCopied: true }).kind, "Finish");
  const plan = planFor(captured);
  assert.equal(plan.kind, "Retry");
  const { progress } = plan as Extract<typeof plan, { kind: "Retry" }>;
  assert.match(progress.message, /earlier version did not put the picture/);
});

test("what is wrong with the bucket that the job names ends it after one capture", () => {
  for (const reason of ["BucketDenied", "BucketInvalid", "BucketUnavailable"] as const) {
    const outcome = { kind: "Failed", reason, message: "No" } as const;
    const plan = planResult(
      aRecord({ hasOwnBucket: true }),
      { attempt: 1, outcome },
      circumstances,
    );
    assert.equal(plan.kind, "Finish");
    const { ending } = plan as Extract<typeof plan, { kind: "Finish" }>;
    assert.deepEqual([ending.succeeded, ending.reason, ending.attempts], [false, reason, 1]);
  }
});

test("a success of an older attempt still counts", () => {
  const plan = planResult(
    aRecord({ attempts: 3 }),
    { attempt: 1, outcome: captured },
    circumstances,
  );
  assert.equal(plan.kind, "Finish");
});

test("a failure or a return of an older attempt does not", () => {
  for (const outcome of [broken, missing, returned])
    assert.deepEqual(planResult(aRecord({ attempts: 2 }), { attempt: 1, outcome }, circumstances), {
      kind: "Ignore",
    });
});

test("a finished job never changes", () => {
  for (const outcome of [captured, broken, missing, returned])
    assert.deepEqual(
      planResult(aRecord({ succeeded: "False" }), { attempt: 1, outcome }, circumstances),
      { kind: "Ignore" },
    );
});

test("a failure that a retry can help is retried after a pause", () => {
  const plan = planResult(aRecord(), { attempt: 1, outcome: broken }, circumstances);
  assert.equal(plan.kind, "Retry");
  const retry = plan as Extract<typeof plan, { kind: "Retry" }>;
  assert.equal(retry.progress.attempts, 2);
  assert.equal(retry.backoffUntilMilliseconds, circumstances.now + 2_000);
  assert.deepEqual(retry.progress.lastFailure, {
    reason: "BrowserFailed",
    message: "It broke off",
  });
  assert.match(retry.progress.message, /Attempt 1 failed with BrowserFailed.*It broke off/);
});

test("a failure that a retry cannot help ends the job with its reason", () => {
  const plan = planResult(aRecord(), { attempt: 1, outcome: missing }, circumstances);
  assert.deepEqual(plan, {
    kind: "Finish",
    ending: { succeeded: false, reason: "SelectorNotFound", message: "No #a", attempts: 1 },
  });
});

test("the last attempt that backoffLimit allows ends the job", () => {
  const record = aRecord({ backoffLimit: 1, attempts: 2 });
  const plan = planResult(record, { attempt: 2, outcome: broken }, circumstances);
  assert.equal(plan.kind, "Finish");
  assert.equal((plan as Extract<typeof plan, { kind: "Finish" }>).ending.attempts, 2);
});

test("a retry that the deadline would cut off does not hide the failure", () => {
  const late = { now: createdMilliseconds + 119_000, jitter: 0 };
  const plan = planResult(aRecord(), { attempt: 1, outcome: broken }, late);
  assert.equal(plan.kind, "Finish");
  assert.equal((plan as Extract<typeof plan, { kind: "Finish" }>).ending.reason, "BrowserFailed");
});

test("a returned attempt is dispatched again and does not count", () => {
  assert.deepEqual(planResult(aRecord(), { attempt: 1, outcome: returned }, circumstances), {
    kind: "DispatchAgain",
  });
});

test("a job that was cancelled meanwhile ends as cancelled, whatever its result", () => {
  for (const outcome of [captured, broken, returned]) {
    const plan = planResult(aRecord({ cancel: true }), { attempt: 1, outcome }, circumstances);
    assert.equal(plan.kind, "Finish");
    assert.equal((plan as Extract<typeof plan, { kind: "Finish" }>).ending.reason, "Cancelled");
  }
});

test("after a restore of etcd a later attempt counts as the current one", () => {
  const plan = planResult(aRecord(), { attempt: 3, outcome: broken }, circumstances);
  assert.equal(plan.kind, "Retry");
  assert.equal((plan as Extract<typeof plan, { kind: "Retry" }>).progress.attempts, 4);
});

test("an attempt that the deadline cut off ends the job with the failure of the attempt before", () => {
  const lastFailure = { reason: "StorageUnavailable", message: "The store is away" } as const;
  const record = aRecord({ attempts: 2, lastFailure });
  const plan = planResult(record, { attempt: 2, outcome: overdue }, circumstances);
  assert.deepEqual(plan, {
    kind: "Finish",
    ending: {
      ...{ succeeded: false, reason: "StorageUnavailable", attempts: 2 },
      message: "The store is away. The time is over",
    },
  });
});

test("the status of the page's host goes into the end of its job", () => {
  const outcome: CaptureOutcome = {
    ...{ kind: "Failed", reason: "HostReturnedError", message: "It said no" },
    returnedStatusCode: 503,
  };
  const plan = planResult(aRecord(), { attempt: 1, outcome }, circumstances);
  assert.equal(plan.kind === "Finish" && plan.ending.returnedStatusCode, 503);
});

test("an attempt that only the object store failed is made again and not counted", () => {
  const outcome: CaptureOutcome = {
    kind: "Failed",
    reason: "StorageUnavailable",
    message: "It answered 503",
  };
  const record = aRecord({ backoffLimit: 0, attempts: 1 });
  const plan = planResult(record, { attempt: 1, outcome }, circumstances);
  assert.equal(plan.kind, "Retry");
  const { progress } = plan as Extract<typeof plan, { kind: "Retry" }>;
  assert.equal(progress.attempts, 1);
  assert.equal(progress.lastFailure?.reason, "StorageUnavailable");

  const late = { ...circumstances, now: createdMilliseconds + 119_000 };
  const last = planResult(record, { attempt: 1, outcome }, late);
  assert.equal(last.kind, "Finish");
});

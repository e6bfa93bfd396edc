import assert from "node:assert/strict";
import { test } from "node:test";
import { aJob, aWebhook, createdMilliseconds } from "../../../test/support/job-records.ts";
import {
  clockStartMilliseconds,
  currentAttempt,
  deadlineMilliseconds,
  isFinished,
  projectJob,
} from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";

test("a new job is unfinished, at its first attempt, with deadlines from its creation", () => {
  const record = projectJob(aJob({ activeDeadlineSeconds: 90 }));
  assert.equal(isFinished(record), false);
  assert.equal(currentAttempt(record), 1);
  assert.equal(clockStartMilliseconds(record), createdMilliseconds);
  assert.equal(deadlineMilliseconds(record), createdMilliseconds + 90_000);
});

test("the outcome, its times and the webhook's are read from status", () => {
  const condition = { message: "", observedGeneration: 1 };
  const record = projectJob(
    aJob(
      { webhook: aWebhook() },
      {
        attempts: 2,
        startTime: "2026-11-24T12:00:05Z",
        completionTime: "2026-11-24T12:00:09Z",
        conditions: [
          {
            ...condition,
            ...{ type: "Succeeded", status: "True", reason: "Captured" },
            lastTransitionTime: "2026-11-24T12:00:09Z",
          },
          {
            ...condition,
            ...{ type: "Notified", status: "False", reason: "ReceiverGone" },
            lastTransitionTime: "2026-11-24T12:01:00Z",
          },
        ],
      },
    ),
  );
  assert.equal(isFinished(record), true);
  assert.equal(record.attempts, 2);
  assert.equal(record.webhook, true);
  assert.equal(record.completedMilliseconds, createdMilliseconds + 9_000);
  assert.equal(record.notified, "False");
  assert.equal(record.notifiedChangedMilliseconds, createdMilliseconds + 60_000);
  assert.equal(clockStartMilliseconds(record), createdMilliseconds + 5_000);
});

test("a copy goes to the operator's bucket, or to the one that the job names", () => {
  const copiesOf = ({ wantsCopy, hasOwnBucket }: JobRecord) => [wantsCopy, hasOwnBucket];
  assert.deepEqual(copiesOf(projectJob(aJob())), [false, false]);
  assert.deepEqual(copiesOf(projectJob(aJob({ storage: { path: "a" } }))), [true, false]);
  const own = { path: "a", bucket: "b", credentialsSecretRef: { name: "c" } };
  assert.deepEqual(copiesOf(projectJob(aJob({ storage: own }))), [false, true]);
});

test("a record has no field that only workers need", () => {
  const html = "<p>secret</p>".repeat(1_000);
  const kept = JSON.stringify(projectJob(aJob({ html, scripts: [html], styles: [html] })));
  assert.ok(kept.length < 1_000, `${kept.length} characters`);
});

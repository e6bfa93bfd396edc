import type { CaptureOutcome } from "../../api/messages/capture-result.ts";
import type { Artifact } from "../../api/kinds/resource-types.ts";
import { currentAttempt, deadlineMilliseconds, isFinished } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";
import type { JobEnding, JobProgress } from "./job-status.ts";
import { boundedMetadata } from "../../core/take/page-metadata.ts";
import { boundedWarnings } from "../../core/take/warnings.ts";
import { overdueFailure } from "./overdue-policy.ts";
import { retryDelayMilliseconds, storeRetryDelayMilliseconds } from "./retry-schedule.ts";

/** What a result means for its job. */
export type ResultPlan =
  /** The result changes nothing. */
  | { kind: "Ignore" }
  | { kind: "Finish"; ending: JobEnding }
  /** The next attempt is written to the status and starts after the backoff. */
  | { kind: "Retry"; progress: JobProgress; backoffUntilMilliseconds: number }
  /** The same attempt is dispatched again. */
  | { kind: "DispatchAgain" };

export interface ArrivedResult {
  /** From 1; its token was checked. */
  attempt: number;
  outcome: CaptureOutcome;
}

interface ResultCircumstances {
  now: number;
  /** From 0 up to, but not including, 1. */
  jitter: number;
}

/**
 * A success of any attempt counts; a failure or a return only of the current attempt. A result of a later attempt than the
 * status has (after a restore of etcd) counts as the current one: its token proves that the attempt was dispatched.
 */
export function planResult(
  record: JobRecord,
  result: ArrivedResult,
  circumstances: ResultCircumstances,
): ResultPlan {
  if (isFinished(record)) return { kind: "Ignore" };
  const attempts = Math.max(currentAttempt(record), result.attempt);
  if (record.cancel) {
    const message = "The job was cancelled";
    return { kind: "Finish", ending: { succeeded: false, reason: "Cancelled", message, attempts } };
  }
  const { outcome } = result;
  if (outcome.kind === "Captured" && (!record.hasOwnBucket || outcome.isCopied))
    return finishWithPicture(outcome, attempts);
  if (result.attempt < currentAttempt(record)) return { kind: "Ignore" };
  if (outcome.kind === "Returned") return { kind: "DispatchAgain" };
  const failed = outcome.kind === "Captured" ? notCopied : outcome;
  return planFailure(record, { ...failed, attempt: result.attempt }, circumstances);
}

const notCopied = {
  kind: "Failed",
  reason: "InternalError",
  message: "A worker of an earlier version did not put the picture into the job's own bucket",
} as const;

type FailedAttempt = Extract<CaptureOutcome, { kind: "Failed" }> & { attempt: number };

function planFailure(
  record: JobRecord,
  failed: FailedAttempt,
  circumstances: ResultCircumstances,
): ResultPlan {
  const { attempt, reason, message } = failed;
  const { now, jitter } = circumstances;
  if (reason === "StorageUnavailable") return planStoreFailure(record, failed, circumstances);
  const delay = retryDelayMilliseconds({
    attempt,
    reason,
    backoffLimit: record.backoffLimit,
    jitter,
  });
  // A retry that cannot end before the deadline would replace a specific failure by DeadlineExceeded.
  if (delay === undefined || now + delay >= deadlineMilliseconds(record))
    return { kind: "Finish", ending: endingOf(record, failed) };
  return {
    kind: "Retry",
    backoffUntilMilliseconds: now + delay,
    progress: {
      reason: "BackingOff",
      attempts: attempt + 1,
      message: `Attempt ${attempt} failed with ${reason}; attempt ${attempt + 1} follows ${delay === 0 ? "at once" : "after a pause"}. ${message}`,
      lastFailure: { reason, message },
    },
  };
}

/** An attempt that only the object store failed is made again, and does not count against `backoffLimit`. */
function planStoreFailure(
  record: JobRecord,
  failed: FailedAttempt,
  { now, jitter }: ResultCircumstances,
): ResultPlan {
  const { attempt, reason, message } = failed;
  const delay = storeRetryDelayMilliseconds(jitter);
  if (now + delay >= deadlineMilliseconds(record))
    return { kind: "Finish", ending: endingOf(record, failed) };
  return {
    kind: "Retry",
    backoffUntilMilliseconds: now + delay,
    progress: {
      reason: "BackingOff",
      attempts: attempt,
      message: `The picture of attempt ${attempt} could not be stored (${reason}); the attempt is made again after a pause. ${message}`,
      lastFailure: { reason, message },
    },
  };
}

function endingOf(record: JobRecord, failed: FailedAttempt): JobEnding {
  const { attempt, reason, returnedStatusCode } = failed;
  // The worker knows what went wrong in its own attempt only.
  const failure = reason === "DeadlineExceeded" ? overdueFailure(record, failed) : failed;
  return {
    succeeded: false,
    reason: failure.reason,
    message: failure.message,
    attempts: attempt,
    ...(returnedStatusCode !== undefined && { returnedStatusCode }),
  };
}

function finishWithPicture(
  outcome: Extract<CaptureOutcome, { kind: "Captured" }>,
  attempts: number,
): ResultPlan {
  const { artifact } = outcome;
  const warnings = boundedWarnings(outcome.warnings);
  const metadata = boundedMetadata(outcome.metadata);
  const message = [describe(artifact), ...warnings].join("; ");
  return {
    kind: "Finish",
    ending: {
      succeeded: true,
      reason: "Captured",
      message,
      attempts,
      artifact,
      ...(metadata === undefined ? {} : { metadata }),
      ...(warnings.length === 0 ? {} : { warnings }),
    },
  };
}

function describe(artifact: Artifact): string {
  const { widthPixels, heightPixels, sizeBytes } = artifact;
  if (widthPixels === undefined || heightPixels === undefined)
    return `A document of ${sizeBytes} bytes is stored`;
  return `A picture of ${widthPixels} x ${heightPixels} pixels and ${sizeBytes} bytes is stored`;
}

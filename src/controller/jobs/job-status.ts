import type {
  Artifact,
  CachedCopy,
  Condition,
  ScreenshotJobStatus,
} from "../../api/kinds/resource-types.ts";
import { largestWebhookPictureBytes } from "../../api/settings/webhook-limits.ts";
import type { PageMetadata } from "../../api/messages/page-metadata.ts";
import type { Reason } from "../../api/reasons/reasons.ts";
import { rfc3339, withCondition } from "../conditions.ts";
import { clockStartMilliseconds } from "./job-record.ts";
import type { AttemptFailure, JobRecord } from "./job-record.ts";

/** A JSON merge patch of `status`; null removes a field. */
export type JobStatusPatch = Omit<ScreenshotJobStatus, "startTime"> & {
  startTime?: string | null;
};

/** How a job ends. */
export interface JobEnding {
  succeeded: boolean;
  reason: Reason;
  /** A sentence for the job's owner. */
  message: string;
  /** How many attempts were started. */
  attempts: number;
  artifact?: Artifact;
  location?: string;
  cachedCopy?: CachedCopy;
  metadata?: PageMetadata;
  warnings?: string[];
  /** Of the page's host; only of a job that failed because of it. */
  returnedStatusCode?: number;
}

/** What an unfinished job does. */
export interface JobProgress {
  reason: "Queued" | "Capturing" | "BackingOff" | "Suspended";
  message: string;
  attempts?: number;
  startTime?: string | null;
  /** Why the attempt before failed. */
  lastFailure?: AttemptFailure;
}

/** Shorter than the API allows, to be readable in a terminal. */
const longestMessageCharacters = 600;

/**
 * The status of a finished job. If it has a webhook to send, the condition Notified is added as Unknown: the job itself is
 * the outbox. With `onFailure: Omit`, a failed job has no webhook to send. A picture that is too large for its webhook is told at once.
 */
export function finishedStatus(record: JobRecord, ending: JobEnding, now: number): JobStatusPatch {
  let conditions = withCondition(
    knownConditions(record),
    {
      type: "Succeeded",
      status: ending.succeeded ? "True" : "False",
      reason: ending.reason,
      message: clip(ending.message),
      observedGeneration: record.generation,
    },
    now,
  );
  if (record.webhook && (ending.succeeded || !record.webhookOmitsFailure))
    conditions = withCondition(
      conditions,
      { type: "Notified", ...firstNotified(record, ending), observedGeneration: record.generation },
      now,
    );
  return {
    observedGeneration: record.generation,
    startTime: rfc3339(clockStartMilliseconds(record)),
    completionTime: rfc3339(now),
    durationMilliseconds: Math.max(0, now - record.createdMilliseconds),
    attempts: ending.attempts,
    ...(ending.artifact !== undefined && { artifact: ending.artifact }),
    ...(ending.location !== undefined && { location: ending.location }),
    ...(ending.cachedCopy !== undefined && { cachedCopy: ending.cachedCopy }),
    ...(ending.metadata !== undefined && { metadata: ending.metadata }),
    ...(ending.warnings !== undefined && { warnings: ending.warnings }),
    ...(ending.returnedStatusCode !== undefined && {
      returnedStatusCode: ending.returnedStatusCode,
    }),
    conditions,
  };
}

function firstNotified(
  { webhookSendsPicture }: JobRecord,
  { artifact }: JobEnding,
): Pick<Condition, "status" | "reason" | "message"> {
  const { sizeBytes = 0 } = artifact ?? {};
  if (webhookSendsPicture && sizeBytes > largestWebhookPictureBytes)
    return {
      status: "False",
      reason: "DeliveryTooLarge",
      message: `The picture has ${sizeBytes} bytes, more than the ${largestWebhookPictureBytes} that a webhook may carry: ask for a webhook that links to it (\`webhook.body\` Envelope or Result), or for a smaller picture`,
    };
  return {
    status: "Unknown",
    reason: "DeliveryPending",
    message: "The webhook is not delivered yet",
  };
}

/** The status of an unfinished job. */
export function progressStatus(
  record: JobRecord,
  progress: JobProgress,
  now: number,
): JobStatusPatch {
  return {
    observedGeneration: record.generation,
    ...(progress.attempts !== undefined && { attempts: progress.attempts }),
    ...(progress.startTime !== undefined && { startTime: progress.startTime }),
    ...(progress.lastFailure !== undefined && { lastFailure: clipped(progress.lastFailure) }),
    conditions: withCondition(
      knownConditions(record),
      {
        type: "Succeeded",
        status: "Unknown",
        reason: progress.reason,
        message: clip(progress.message),
        observedGeneration: record.generation,
      },
      now,
    ),
  };
}

/** A merge patch replaces the whole list; an unfinished job has only this condition. */
function knownConditions(record: JobRecord): Condition[] {
  if (record.succeededChangedMilliseconds === undefined) return [];
  return [
    {
      type: "Succeeded",
      status: record.succeeded,
      reason: "Queued",
      message: "",
      observedGeneration: record.generation,
      lastTransitionTime: rfc3339(record.succeededChangedMilliseconds),
    },
  ];
}

function clipped({ reason, message }: AttemptFailure): AttemptFailure {
  return { reason, message: clip(message) };
}

function clip(message: string): string {
  if (message.length <= longestMessageCharacters) return message;
  return `${message.slice(0, longestMessageCharacters - 1)}…`;
}

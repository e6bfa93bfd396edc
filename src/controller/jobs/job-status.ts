import type { Artifact, Condition, ScreenshotJobStatus } from "../../api/kinds/resource-types.ts";
import type { PageMetadata } from "../../api/messages/page-metadata.ts";
import type { Reason } from "../../api/reasons/reasons.ts";
import { rfc3339, withCondition } from "../conditions.ts";
import { clockStartMilliseconds } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";

/** A JSON merge patch of `status`; null takes a field away. */
export type JobStatusPatch = Omit<ScreenshotJobStatus, "startTime"> & {
  startTime?: string | null;
};

/** How a job ends. */
export interface JobEnding {
  succeeded: boolean;
  reason: Reason;
  /** A sentence for the job's owner. */
  message: string;
  /** How many attempts were begun. */
  attempts: number;
  artifact?: Artifact;
  location?: string;
  metadata?: PageMetadata;
}

/** What a job does while it goes on. */
export interface JobProgress {
  reason: "Queued" | "Capturing" | "BackingOff" | "Suspended";
  message: string;
  attempts?: number;
  startTime?: string | null;
}

/** A condition's message may hold more; a sentence that a person reads in a terminal should not. */
const longestMessageCharacters = 600;

/**
 * The status of a finished job. A webhook that was asked for is pending from here on: the job itself is the outbox. Where nothing
 * is to be sent (`onFailure: Omit`) there is no condition Notified, as there is nothing to tell about.
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
      {
        type: "Notified",
        status: "Unknown",
        reason: "DeliveryPending",
        message: "The webhook was not delivered yet",
        observedGeneration: record.generation,
      },
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
    ...(ending.metadata !== undefined && { metadata: ending.metadata }),
    conditions,
  };
}

/** The status of a job that goes on. */
export function progressStatus(
  record: JobRecord,
  progress: JobProgress,
  now: number,
): JobStatusPatch {
  return {
    observedGeneration: record.generation,
    ...(progress.attempts !== undefined && { attempts: progress.attempts }),
    ...(progress.startTime !== undefined && { startTime: progress.startTime }),
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

/** A patch replaces the whole list, and an unfinished job has only this one condition. */
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

function clip(message: string): string {
  if (message.length <= longestMessageCharacters) return message;
  return `${message.slice(0, longestMessageCharacters - 1)}…`;
}

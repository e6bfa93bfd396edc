import type {
  Condition,
  ScreenshotJob,
  ScreenshotJobSpec,
  ScreenshotJobStatus,
} from "../../api/kinds/resource-types.ts";
import { annotations } from "../../api/settings/kubernetes-names.ts";
import { isReason } from "../../api/reasons/reasons.ts";
import type { Reason } from "../../api/reasons/reasons.ts";
import type { JobPriority } from "../../api/kinds/job-priority.ts";
import { epochMilliseconds } from "../conditions.ts";
import type { JobOrigin } from "./job-origin.ts";
import { priorityOf } from "./priority-policy.ts";

/** Why an attempt failed. */
export interface AttemptFailure {
  reason: Reason;
  message: string;
}

/**
 * What the controller keeps of a job in memory: the fields it decides by, about 400 bytes, so that 20,000 live jobs take
 * 8 MB. The whole object is read when a job is dispatched.
 */
export interface JobRecord {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly generation: number;
  /** `deletionTimestamp` is set, and a finalizer keeps the object. */
  readonly deleting: boolean;
  readonly pool: string;
  /** The Account that it counts for; undefined for a job that no gateway created. */
  readonly account: string | undefined;
  /** The class it waits in, which `spec.priority` alone does not prove. */
  readonly priority: JobPriority;
  /** Name of the job on whose page it may be captured; only of a job that counts for an account. */
  readonly loadsWith: string | undefined;
  readonly suspend: boolean;
  readonly cancel: boolean;
  readonly webhook: boolean;
  /** The webhook is sent only when there is a picture. */
  readonly webhookOmitsFailure: boolean;
  /** The webhook carries the picture itself. */
  readonly webhookSendsPicture: boolean;
  /** `storage.path` is set, in the operator's bucket; the path itself is read when the picture is copied. */
  readonly wantsCopy: boolean;
  /** `storage.bucket` is set: the worker puts the copy there. */
  readonly hasOwnBucket: boolean;
  /** `spec.cache` is set; its key is read when the picture is copied. */
  readonly wantsCaching: boolean;
  readonly backoffLimit: number;
  readonly activeDeadlineSeconds: number;
  readonly startDeadlineSeconds: number | undefined;
  readonly ttlSecondsAfterFinished: number | undefined;
  readonly createdMilliseconds: number;
  /** `status.startTime`: creation, or when the job was last resumed. */
  readonly startedMilliseconds: number | undefined;
  readonly completedMilliseconds: number | undefined;
  /** `status.attempts`: the number of the current attempt; 0 before the first status write, which means the first. */
  readonly attempts: number;
  /** Of an attempt before the current one. */
  readonly lastFailure: AttemptFailure | undefined;
  readonly succeeded: Condition["status"];
  /** Reason of the condition Succeeded. */
  readonly reason: string | undefined;
  readonly succeededChangedMilliseconds: number | undefined;
  readonly notified: Condition["status"] | undefined;
  readonly notifiedChangedMilliseconds: number | undefined;
}

/** @param origin of the job, which its labels and spec alone do not prove; without it, nobody's */
export function projectJob(job: ScreenshotJob, origin = unknownOrigin(job)): JobRecord {
  const { metadata } = job;
  return {
    uid: metadata.uid,
    namespace: metadata.namespace,
    name: metadata.name,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation,
    deleting: metadata.deletionTimestamp !== undefined,
    ...projectSpec(job.spec),
    account: origin.account,
    priority: origin.priority,
    loadsWith:
      origin.account === undefined ? undefined : metadata.annotations?.[annotations.loadsWith],
    createdMilliseconds: epochMilliseconds(metadata.creationTimestamp) ?? 0,
    ...projectStatus(job.status ?? {}),
  };
}

function unknownOrigin({ spec }: ScreenshotJob): JobOrigin {
  const claim = { asked: spec.priority, isProven: false, hasReply: false };
  return { account: undefined, priority: priorityOf(claim) };
}

function projectStatus(status: ScreenshotJobStatus) {
  const succeeded = conditionOf(status, "Succeeded");
  const notified = conditionOf(status, "Notified");
  return {
    startedMilliseconds: epochMilliseconds(status.startTime),
    completedMilliseconds: epochMilliseconds(status.completionTime),
    attempts: status.attempts ?? 0,
    lastFailure: projectLastFailure(status.lastFailure),
    succeeded: succeeded?.status ?? "Unknown",
    reason: succeeded?.reason,
    succeededChangedMilliseconds: epochMilliseconds(succeeded?.lastTransitionTime),
    notified: notified?.status,
    notifiedChangedMilliseconds: epochMilliseconds(notified?.lastTransitionTime),
  };
}

function projectLastFailure(stored: ScreenshotJobStatus["lastFailure"]): JobRecord["lastFailure"] {
  if (stored === undefined) return undefined;
  const { reason, message } = stored;
  return { reason: isReason(reason) ? reason : "InternalError", message };
}

function conditionOf(status: ScreenshotJobStatus, type: string): Condition | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

function projectSpec(spec: ScreenshotJobSpec) {
  return {
    pool: spec.poolName,
    suspend: spec.suspend ?? false,
    cancel: spec.cancel ?? false,
    webhook: spec.webhook !== undefined,
    webhookOmitsFailure: spec.webhook?.onFailure === "Omit",
    webhookSendsPicture: spec.webhook?.body === "Picture",
    wantsCopy: spec.storage !== undefined && spec.storage.bucket === undefined,
    hasOwnBucket: spec.storage?.bucket !== undefined,
    wantsCaching: spec.cache !== undefined,
    backoffLimit: spec.backoffLimit,
    activeDeadlineSeconds: spec.activeDeadlineSeconds,
    startDeadlineSeconds: spec.startDeadlineSeconds,
    ttlSecondsAfterFinished: spec.ttlSecondsAfterFinished,
  };
}

/** Whether the outcome was written; it never changes after that. */
export function isFinished(record: JobRecord): boolean {
  return record.succeeded !== "Unknown";
}

/** Whether the job has finished and its webhook has no final outcome yet. */
export function isDeliveryPending(record: JobRecord): boolean {
  return isFinished(record) && record.notified === "Unknown";
}

/** The number of the attempt that runs or comes next. */
export function currentAttempt(record: JobRecord): number {
  return Math.max(1, record.attempts);
}

/** Whether the result of this attempt still counts. */
export function isAttemptWanted(record: JobRecord, attempt: number): boolean {
  if (isFinished(record) || record.cancel || record.deleting) return false;
  return attempt === currentAttempt(record);
}

/** When `activeDeadlineSeconds` and `startDeadlineSeconds` start to count: at creation or the last resumption. Epoch milliseconds. */
export function clockStartMilliseconds(record: JobRecord): number {
  return record.startedMilliseconds ?? record.createdMilliseconds;
}

/** When `activeDeadlineSeconds` are over; epoch milliseconds. */
export function deadlineMilliseconds(record: JobRecord): number {
  return clockStartMilliseconds(record) + record.activeDeadlineSeconds * 1000;
}

import type {
  Condition,
  ScreenshotJob,
  ScreenshotJobSpec,
  ScreenshotJobStatus,
} from "../../api/kinds/resource-types.ts";
import { labels } from "../../api/settings/keys.ts";
import { epochMilliseconds } from "../conditions.ts";

/** What a job asks for that this version cannot do. */
export type UnsupportedFeature = "TenantStorage" | "ContentByReference";

/**
 * What the controller remembers of a job: what it decides by, some 400 bytes, so that 20,000 live jobs cost little. Specs
 * stay in the API server and are read when a job is dispatched.
 */
export interface JobRecord {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly generation: number;
  /** `deletionTimestamp` is set; somebody's finalizer keeps it for now. */
  readonly deleting: boolean;
  readonly pool: string;
  /** The Account that called; undefined for a job that was not made over HTTP. */
  readonly account: string | undefined;
  readonly suspend: boolean;
  readonly cancel: boolean;
  readonly webhook: boolean;
  /** The webhook is sent only when there is a picture. */
  readonly webhookOmitsFailure: boolean;
  /** `storage.path` asks for a copy; the path itself is read when there is something to copy. */
  readonly wantsCopy: boolean;
  readonly unsupported: UnsupportedFeature | undefined;
  readonly backoffLimit: number;
  readonly activeDeadlineSeconds: number;
  readonly startDeadlineSeconds: number | undefined;
  readonly ttlSecondsAfterFinished: number | undefined;
  readonly createdMilliseconds: number;
  /** `status.startTime`: creation, or when the job was last resumed. */
  readonly startedMilliseconds: number | undefined;
  readonly completedMilliseconds: number | undefined;
  /** `status.attempts`: the number of the present attempt; 0 while nothing was written, which means the first. */
  readonly attempts: number;
  readonly succeeded: Condition["status"];
  /** Reason of the condition Succeeded. */
  readonly reason: string | undefined;
  readonly succeededChangedMilliseconds: number | undefined;
  readonly notified: Condition["status"] | undefined;
  readonly notifiedChangedMilliseconds: number | undefined;
}

export function projectJob(job: ScreenshotJob): JobRecord {
  const { metadata } = job;
  return {
    uid: metadata.uid,
    namespace: metadata.namespace,
    name: metadata.name,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation,
    deleting: metadata.deletionTimestamp !== undefined,
    ...projectSpec(job.spec),
    account: metadata.labels?.[labels.account],
    createdMilliseconds: epochMilliseconds(metadata.creationTimestamp) ?? 0,
    ...projectStatus(job.status ?? {}),
  };
}

function projectStatus(status: ScreenshotJobStatus) {
  const succeeded = conditionOf(status, "Succeeded");
  const notified = conditionOf(status, "Notified");
  return {
    startedMilliseconds: epochMilliseconds(status.startTime),
    completedMilliseconds: epochMilliseconds(status.completionTime),
    attempts: status.attempts ?? 0,
    succeeded: succeeded?.status ?? "Unknown",
    reason: succeeded?.reason,
    succeededChangedMilliseconds: epochMilliseconds(succeeded?.lastTransitionTime),
    notified: notified?.status,
    notifiedChangedMilliseconds: epochMilliseconds(notified?.lastTransitionTime),
  };
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
    wantsCopy: spec.storage?.path !== undefined,
    unsupported: unsupportedFeatureOf(spec),
    backoffLimit: spec.backoffLimit,
    activeDeadlineSeconds: spec.activeDeadlineSeconds,
    startDeadlineSeconds: spec.startDeadlineSeconds,
    ttlSecondsAfterFinished: spec.ttlSecondsAfterFinished,
  };
}

function unsupportedFeatureOf(spec: ScreenshotJobSpec): UnsupportedFeature | undefined {
  const { bucket, endpoint, credentialsSecretRef } = spec.storage ?? {};
  if (bucket !== undefined || endpoint !== undefined || credentialsSecretRef !== undefined)
    return "TenantStorage";
  return spec.contentRef === undefined ? undefined : "ContentByReference";
}

/** Whether the outcome is written; it never changes again. */
export function isFinished(record: JobRecord): boolean {
  return record.succeeded !== "Unknown";
}

/** Whether the job has ended and its webhook is not final: the job is the outbox. */
export function isDeliveryPending(record: JobRecord): boolean {
  return isFinished(record) && record.notified === "Unknown";
}

/** The number of the attempt that is made, or waits to be made. */
export function currentAttempt(record: JobRecord): number {
  return Math.max(1, record.attempts);
}

/** Whether this attempt is still to be made. */
export function isAttemptWanted(record: JobRecord, attempt: number): boolean {
  if (isFinished(record) || record.cancel || record.deleting) return false;
  return attempt === currentAttempt(record);
}

/** When the time of `activeDeadlineSeconds` and `startDeadlineSeconds` began: creation, or the last resumption. */
export function clockStartMilliseconds(record: JobRecord): number {
  return record.startedMilliseconds ?? record.createdMilliseconds;
}

export function deadlineMilliseconds(record: JobRecord): number {
  return clockStartMilliseconds(record) + record.activeDeadlineSeconds * 1000;
}

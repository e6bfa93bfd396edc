import { inCallersWords } from "../../core/take/caller-words.ts";
import { annotations } from "../../api/settings/kubernetes-names.ts";
import type { Condition, ScreenshotJob } from "../../api/kinds/resource-types.ts";

/** A job as the native routes show it. */
export function jobView(job: ScreenshotJob): Record<string, unknown> {
  const { metadata, spec, status = {} } = job;
  return {
    name: metadata.name,
    createdTime: metadata.creationTimestamp,
    url: spec.url,
    externalIdentifier: externalIdentifierOf(job),
    pool: spec.poolName,
    ...outcomeView(job),
    returnedStatusCode: status.returnedStatusCode,
    warnings: status.warnings?.map(inCallersWords),
    attempts: status.attempts ?? 0,
    completionTime: status.completionTime,
    durationMilliseconds: status.durationMilliseconds,
    location: status.location,
    artifact: status.artifact,
    notified: notifiedView(conditionOf(job, "Notified")),
  };
}

/** What the caller of the job calls it. */
export function externalIdentifierOf({ metadata, spec }: ScreenshotJob): string | undefined {
  return metadata.annotations?.[annotations.externalIdentifier] ?? spec.webhook?.externalIdentifier;
}

/** Why the job is in its state; one that nothing has happened to waits. */
export function reasonOf(job: ScreenshotJob): string {
  return conditionOf(job, "Succeeded")?.reason ?? "Queued";
}

function outcomeView(job: ScreenshotJob): Record<string, unknown> {
  const condition = conditionOf(job, "Succeeded");
  return {
    succeeded: condition?.status ?? "Unknown",
    reason: reasonOf(job),
    message: inCallersWords(condition?.message ?? "The job waits for a free browser slot"),
  };
}

function notifiedView(condition: Condition | undefined): Record<string, unknown> | undefined {
  if (condition === undefined) return undefined;
  const { status, reason, message } = condition;
  return { status, reason, message };
}

function conditionOf(job: ScreenshotJob, type: string): Condition | undefined {
  return job.status?.conditions?.find((condition) => condition.type === type);
}

import { inCallersWords } from "../../core/take/caller-words.ts";
import type { Condition, ScreenshotJob } from "../../api/kinds/resource-types.ts";

/** A job as the native routes show it. */
export function jobView(job: ScreenshotJob): Record<string, unknown> {
  const { metadata, status = {} } = job;
  return {
    name: metadata.name,
    createdTime: metadata.creationTimestamp,
    ...outcomeView(conditionOf(job, "Succeeded")),
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

function outcomeView(condition: Condition | undefined): Record<string, unknown> {
  return {
    succeeded: condition?.status ?? "Unknown",
    reason: condition?.reason ?? "Queued",
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

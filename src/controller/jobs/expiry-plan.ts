import type { DispatchPhase } from "./dispatch-phase.ts";
import type { JobPlan } from "./job-actions.ts";
import type { JobRecord } from "./job-record.ts";

/** However long a webhook takes, a job that asked to be deleted is kept no longer than this. */
const longestWebhookWaitMilliseconds = 24 * 3600 * 1000;

/** What is left to do about a finished job: to delete it when `ttlSecondsAfterFinished` have passed. */
export function planExpiry(record: JobRecord, phase: DispatchPhase, now: number): JobPlan {
  const actions = phase === "Pending" ? (["Withdraw"] as const) : [];
  const expires = expiryMilliseconds(record);
  if (expires === undefined || record.deleting) return { actions };
  if (now < expires) return { actions, requeueAtMilliseconds: expires };
  return { actions: [...actions, "Delete"] };
}

/**
 * When a finished job is deleted, or undefined when it is kept. The time counts from the end of the job or, where a webhook
 * is sent, from its final outcome; the wait for that ends a day after the job did.
 */
export function expiryMilliseconds(record: JobRecord): number | undefined {
  const completed = record.completedMilliseconds;
  if (record.ttlSecondsAfterFinished === undefined || completed === undefined) return undefined;
  const timeToLive = record.ttlSecondsAfterFinished * 1000;
  // The write that ends a job also makes its webhook pending: without the condition nothing is to be sent.
  if (record.notified === undefined) return completed + timeToLive;
  const settled = record.notified === "True" || record.notified === "False";
  const longest = completed + longestWebhookWaitMilliseconds;
  if (!settled) return Math.max(longest, completed + timeToLive);
  const finalAt = Math.max(completed, record.notifiedChangedMilliseconds ?? completed);
  return Math.min(finalAt, longest) + timeToLive;
}

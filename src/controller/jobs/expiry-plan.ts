import type { DispatchPhase } from "./dispatch-phase.ts";
import type { JobPlan } from "./job-actions.ts";
import type { JobRecord } from "./job-record.ts";

/** The longest that an undelivered webhook delays the deletion of its job. */
const longestWebhookWaitMilliseconds = 24 * 3600 * 1000;

/** The longest that the deletion of a job waits until its account's status counts it, and the pause between two looks. */
const longestCountWaitMilliseconds = 300_000;
const countPauseMilliseconds = 5_000;

/** What the deletion of a finished job depends on, besides the job. */
interface ObservedFinishedJob {
  phase: DispatchPhase;
  /** The status of the job's account counts it. */
  isCounted: boolean;
}

/** Plans a finished job: it is deleted after `ttlSecondsAfterFinished`. */
export function planExpiry(
  record: JobRecord,
  { phase, isCounted }: ObservedFinishedJob,
  now: number,
): JobPlan {
  const actions = phase === "Pending" ? (["Withdraw"] as const) : [];
  const expires = expiryMilliseconds(record);
  if (expires === undefined || record.deleting) return { actions };
  if (now < expires) return { actions, requeueAtMilliseconds: expires };
  if (!isCounted && now < expires + longestCountWaitMilliseconds)
    return { actions, requeueAtMilliseconds: now + countPauseMilliseconds };
  return { actions: [...actions, "Delete"] };
}

/**
 * When a finished job is deleted, epoch milliseconds; undefined when it is kept. The time to live counts from the end of the
 * job or, with a webhook, from the webhook's final outcome, but at the latest from a day after the job ended.
 */
export function expiryMilliseconds(record: JobRecord): number | undefined {
  const completed = record.completedMilliseconds;
  if (record.ttlSecondsAfterFinished === undefined || completed === undefined) return undefined;
  const timeToLive = record.ttlSecondsAfterFinished * 1000;
  // The write that ends a job also adds the condition Notified: without it no webhook is sent.
  if (record.notified === undefined) return completed + timeToLive;
  const settled = record.notified === "True" || record.notified === "False";
  const longest = completed + longestWebhookWaitMilliseconds;
  if (!settled) return Math.max(longest, completed + timeToLive);
  const finalAt = Math.max(completed, record.notifiedChangedMilliseconds ?? completed);
  return Math.min(finalAt, longest) + timeToLive;
}

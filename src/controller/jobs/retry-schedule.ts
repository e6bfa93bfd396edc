import { reasonEntry } from "../../api/reasons/reasons.ts";
import type { Reason } from "../../api/reasons/reasons.ts";

const firstDelaySeconds = 2;
const longestDelaySeconds = 60;

/**
 * How long to wait after a failed attempt, or undefined when no further one may follow: the reason cannot be helped by
 * trying again, or `backoffLimit` retries are used up.
 *
 * Two seconds, doubled with each retry up to a minute; the jitter takes away up to half of it, so that jobs that failed
 * together do not come back together ("equal jitter", Brooker, AWS Architecture Blog 2015).
 */
export function retryDelayMilliseconds(failed: FailedAttempt): number | undefined {
  if (reasonEntry(failed.reason).retry === "never") return undefined;
  if (failed.attempt > failed.backoffLimit) return undefined;
  const doublings = Math.min(failed.attempt - 1, 30);
  const fullSeconds = Math.min(firstDelaySeconds * 2 ** doublings, longestDelaySeconds);
  return Math.round(fullSeconds * 1000 * (1 - failed.jitter / 2));
}

export interface FailedAttempt {
  /** The attempt that failed, from 1. */
  attempt: number;
  reason: Reason;
  /** Retries the job allows: attempts less one. */
  backoffLimit: number;
  /** From 0 up to, but not including, 1. */
  jitter: number;
}

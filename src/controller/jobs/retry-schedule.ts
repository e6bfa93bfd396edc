import { backoffMilliseconds } from "../../core/retry/backoff.ts";
import type { Backoff } from "../../core/retry/backoff.ts";
import { isRetried } from "../../api/reasons/reasons.ts";
import type { Reason } from "../../api/reasons/reasons.ts";

/** Jobs that failed together do not retry together. */
const attemptBackoff: Backoff = {
  firstMilliseconds: 2_000,
  mostMilliseconds: 60_000,
  jitter: 0.5,
};

/** The dispatcher waits for the object store anyway; this is for one that answers the controller, and no worker. */
const storeBackoff: Backoff = { firstMilliseconds: 10_000, mostMilliseconds: 10_000, jitter: 0.5 };

/**
 * The pause before the next attempt in milliseconds; undefined when there is none, because the reason is no fault of Stills or the network
 * or `backoffLimit` is reached. None before the second attempt of a page whose browser ran out of memory: another page may have used it
 * up, and what had to end has ended.
 */
export function retryDelayMilliseconds(failed: FailedAttempt): number | undefined {
  if (!isRetried(failed.reason)) return undefined;
  if (failed.attempt > failed.backoffLimit) return undefined;
  if (failed.attempt === 1 && failed.reason === "BrowserOutOfMemory") return 0;
  return backoffMilliseconds(failed.attempt - 1, attemptBackoff, failed.jitter);
}

/** The pause before an attempt is made again that only the object store failed. */
export function storeRetryDelayMilliseconds(jitter: number): number {
  return backoffMilliseconds(0, storeBackoff, jitter);
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

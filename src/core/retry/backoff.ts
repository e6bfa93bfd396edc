/** How the pauses between retries grow. */
export interface Backoff {
  /** Pause before the first retry; each further one is twice as long. */
  firstMilliseconds: number;
  /** No pause is longer. */
  mostMilliseconds: number;
  /**
   * Share of the pause, from 0 to 1, that chance may take away, so that callers that failed together do not come back
   * together: 0.5 is "equal jitter", 1 "full jitter" (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015).
   */
  jitter: number;
}

/**
 * Exponential backoff: the pause before a retry, in whole milliseconds.
 *
 * @param retry 0 for the first retry
 * @param random from 0 up to, but not including, 1; makes no difference where `jitter` is 0
 */
export function backoffMilliseconds(retry: number, backoff: Backoff, random: number): number {
  const { firstMilliseconds, mostMilliseconds, jitter } = backoff;
  // 2 ** 1024 is Infinity, which `mostMilliseconds` still bounds; a first pause of 0 stays 0.
  const longest = Math.min(firstMilliseconds * 2 ** Math.min(retry, 1000), mostMilliseconds);
  return Math.round(longest * (1 - jitter * random));
}

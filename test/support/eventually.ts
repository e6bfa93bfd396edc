import { setTimeout as sleep } from "node:timers/promises";

export interface EventuallyOptions {
  /** Generous: reached only when something is broken. */
  limitSeconds?: number;
  /** Between two questions; 50 unless given. Longer where asking is work for the machine. */
  pauseMilliseconds?: number;
  /** Says why waiting any longer is pointless, if it is. */
  giveUp?: () => string | undefined;
}

/**
 * Asks until the answer is neither undefined nor false nor an error; fails with the last error after the limit. A number is no answer:
 * 0 would be one, and a count is asked about to wait until there is something.
 */
export async function eventually<T extends object | string | true>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  options: EventuallyOptions = {},
): Promise<T> {
  const limitSeconds = options.limitSeconds ?? 120;
  const until = performance.now() + limitSeconds * 1000;
  let lastError: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      lastError = error;
    }
    const hopeless = options.giveUp?.();
    if (hopeless !== undefined) throw new Error(`Gave up waiting until ${what}: ${hopeless}`);
    if (performance.now() > until)
      throw new Error(`Not within ${limitSeconds} s: ${what}`, { cause: lastError });
    await sleep(options.pauseMilliseconds ?? 50);
  }
}

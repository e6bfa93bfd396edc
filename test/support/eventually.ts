import { setTimeout as sleep } from "node:timers/promises";

export interface EventuallyOptions {
  /** Default 120; reached only when something is broken. */
  limitSeconds?: number;
  /** Between two checks; default 50. Longer where a check is expensive. */
  pauseMilliseconds?: number;
  /** A reason to stop waiting, if there is one. */
  giveUp?: () => string | undefined;
}

/**
 * Calls `ask` until it returns something other than undefined and false. After the limit it throws, with the last error as cause. The
 * result cannot be a number: 0 would end the wait for a count above 0.
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

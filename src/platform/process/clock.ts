import { setTimeout as delay } from "node:timers/promises";

/** The time, as a dependency, so that tests can pass their own. */
export interface Clock {
  /** Epoch milliseconds; may jump. */
  now(): number;
  /** For durations; never goes back. */
  monotonicMilliseconds(): number;
  /** Resolves after the time; rejects with the signal's reason as soon as the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMilliseconds: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    signal.throwIfAborted();
    try {
      await delay(milliseconds, undefined, { signal });
    } catch (thrown) {
      signal.throwIfAborted();
      throw thrown;
    }
  },
};

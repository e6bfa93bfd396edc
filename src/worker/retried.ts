import { toFailure, type Failure } from "../api/reasons/failure.ts";
import { backoffMilliseconds, type Backoff } from "../core/retry/backoff.ts";
import type { Clock } from "../platform/process/clock.ts";
import { JobFinished } from "./job-finished-error.ts";
import type { Tries } from "./tries.ts";

interface RetryOptions extends Tries {
  /** How often to try, after a failure like this. */
  triesAfter: (failure: Failure) => number;
  backoff: Backoff;
  clock: Clock;
  /** Called before the pause. */
  report: (thrown: unknown, tried: number) => void;
}

/**
 * Repeats work as long as its failures say that another try may help.
 * @throws JobFinished, the last failure, or the signal's reason
 */
export async function retried<Result>(
  work: () => Promise<Result>,
  { signal, onFailedTry, triesAfter, backoff, clock, report }: RetryOptions,
): Promise<Result> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof JobFinished) throw thrown;
      const failure = toFailure(thrown);
      if (tried >= triesAfter(failure)) throw thrown;
      onFailedTry(failure);
      report(thrown, tried);
    }
    await clock.sleep(backoffMilliseconds(tried - 1, backoff, 0), signal);
  }
}

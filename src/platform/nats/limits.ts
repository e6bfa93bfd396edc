import { setTimeout as sleep } from "node:timers/promises";
import { Deadline } from "../process/deadline.ts";

/** Waits; returns early, without an error, when the signal aborts. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch {
    // Aborted: the caller looks at the signal next.
  }
}

/**
 * The outcome of the work, or an error when the time is over or the signal is aborted first. The work itself goes on, so use it
 * only where that is harmless, as for a request whose reply is not read any more.
 */
export async function within<T>(
  work: Promise<T>,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<T> {
  using deadline = new Deadline({
    milliseconds,
    parents: signal === undefined ? [] : [signal],
    reason: () => new Error(`Not done within ${milliseconds} ms`),
  });
  const over = Promise.withResolvers<never>();
  const abort = (): void => over.reject(deadline.signal.reason);
  if (deadline.signal.aborted) abort();
  deadline.signal.addEventListener("abort", abort, { once: true });
  work.catch(() => undefined);
  return await Promise.race([work, over.promise]);
}

import { setTimeout as sleep } from "node:timers/promises";

/** Waits; returns early, without an error, when the signal aborts. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch {
    // Aborted: whoever waits looks at the signal next.
  }
}

/**
 * The promise's outcome, or an error when the limit is over or the signal aborts first. The work itself goes on: use it
 * only where what goes on is harmless (a request whose answer nobody reads any more).
 */
export async function within<T>(
  work: Promise<T>,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<T> {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => over.reject(new Error(`Not done within ${milliseconds} ms`)),
    milliseconds,
  );
  const abort = () => over.reject(signal?.reason ?? new Error("Aborted"));
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    work.catch(() => {});
  }
}

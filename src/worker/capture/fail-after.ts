import type { Failure } from "../../api/reasons/failure.ts";

/** Node's timers go no further. */
const longestTimerMilliseconds = 2_147_483_647;

/** A signal that is aborted with the failure after the time, at once when the time is over already. */
export function failAfter(
  milliseconds: number,
  failure: () => Failure,
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(failure());
  if (milliseconds <= 0) abort();
  const timer = setTimeout(abort, Math.max(0, Math.min(milliseconds, longestTimerMilliseconds)));
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}

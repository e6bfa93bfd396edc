/** Settles like the work, or rejects with the reason of the first signal that is aborted; the work itself is not stopped. */
export async function unlessAborted<Result>(
  work: Promise<Result>,
  signals: AbortSignal[],
): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (event: Event): void => reject((event.target as AbortSignal).reason);
  for (const signal of signals) signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", abort);
  }
}

/** Captures are measured in seconds; tokens and presigned URLs outlive their use by more. */
export const largestSkewMilliseconds = 2_000;
/** One measurement may meet a pause of the process or of the server. */
const skewedMeasurementsBeforeUnready = 3;

/** How many measurements in a row were above the limit, with this one. */
export function skewedInRow(before: number, skewMilliseconds: number): number {
  return Math.abs(skewMilliseconds) > largestSkewMilliseconds ? before + 1 : 0;
}

/** What is wrong with the clock, in a sentence; undefined when the worker may work. */
export function clockProblem(skewed: number, skewMilliseconds: number): string | undefined {
  if (skewed < skewedMeasurementsBeforeUnready) return undefined;
  const seconds = Math.round(Math.abs(skewMilliseconds) / 1000);
  const direction = skewMilliseconds > 0 ? "ahead of" : "behind";
  return `The worker's clock is ${seconds} seconds ${direction} that of NATS, and at most ${largestSkewMilliseconds / 1000} are allowed: synchronize the time of its node`;
}

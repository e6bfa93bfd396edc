import { Deadline } from "../../../platform/process/deadline.ts";

/** Share of the remaining time that a wait leaves to the steps after it, and the most it leaves. */
const reservedShare = 0.2;
const mostReservedMilliseconds = 5_000;

/**
 * How long a step may wait, in milliseconds, so that there is time left for the steps after it.
 *
 * @param mostMilliseconds no wait is longer
 */
export function waitLimit(deadline: Deadline, mostMilliseconds = Number.POSITIVE_INFINITY): number {
  const remaining = deadline.remainingMilliseconds;
  const reserved = Math.min(mostReservedMilliseconds, remaining * reservedShare);
  return Math.min(mostMilliseconds, remaining - reserved);
}

/**
 * Runs work with a time limit inside a deadline, and returns whether it was done in time. Other failures of the work, and the
 * end of the deadline, are thrown as usual.
 */
export async function isDoneWithin(
  milliseconds: number,
  deadline: Deadline,
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<boolean> {
  const timeIsOver = new Error("The time limit of a wait was reached");
  using limit = new Deadline({
    milliseconds,
    reason: () => timeIsOver,
    parents: [deadline.signal],
  });
  try {
    await work(limit.signal);
    return true;
  } catch (thrown) {
    if (thrown === timeIsOver) return false;
    throw thrown;
  }
}

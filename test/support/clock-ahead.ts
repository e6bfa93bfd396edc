import { systemClock } from "../../src/platform/process/clock.ts";
import type { Clock } from "../../src/platform/process/clock.ts";

export interface ClockAhead extends Clock {
  aheadMilliseconds: number;
}

/**
 * A clock that tells another time of day, so that nobody need wait for one; behind, if the number is negative. What is measured passes as
 * ever: leases and pauses stay as they are.
 */
export function clockAhead(milliseconds = 0): ClockAhead {
  const clock: ClockAhead = {
    ...systemClock,
    aheadMilliseconds: milliseconds,
    now: () => systemClock.now() + clock.aheadMilliseconds,
  };
  return clock;
}

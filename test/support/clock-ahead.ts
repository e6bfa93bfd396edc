import { systemClock } from "../../src/platform/process/clock.ts";
import type { Clock } from "../../src/platform/process/clock.ts";

export interface ClockAhead extends Clock {
  aheadMilliseconds: number;
}

/**
 * A clock whose time of day is ahead by so many milliseconds, or behind if negative, so that a test need not wait for deadlines. Its
 * monotonic time is the real one: leases and pauses stay as they are.
 */
export function clockAhead(milliseconds = 0): ClockAhead {
  const clock: ClockAhead = {
    ...systemClock,
    aheadMilliseconds: milliseconds,
    now: () => systemClock.now() + clock.aheadMilliseconds,
  };
  return clock;
}

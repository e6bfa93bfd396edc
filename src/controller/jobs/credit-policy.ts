import { jobPriorities, type JobPriority } from "../../api/kinds/job-priority.ts";

/** Captures of a pool that take a slot, or will: they are under way or on the stream. */
export interface PoolLoad {
  all: number;
  synchronous: number;
}

/** More than one per slot, so that a worker that finishes finds its next request on the stream. */
const windowPerSlot = 1.5;
/** Of the places above the slots, so many at most are kept for synchronous calls: the stream is first in, first out. */
const mostReserved = 2;

/**
 * The classes of which one more capture request may be published to a pool now. Its window is 1.5 x slots, rounded up; other classes than
 * Synchronous may not fill the last two places of it, but every slot. Without slots nothing is published: jobs wait in the controller, and the pool
 * scales with the backlog.
 */
export function classesWithCredit(slots: number, load: PoolLoad): readonly JobPriority[] {
  const window = Math.ceil(slots * windowPerSlot);
  if (load.all >= window) return [];
  const shared = Math.max(slots, window - mostReserved);
  return load.all - load.synchronous < shared ? jobPriorities : ["Synchronous"];
}

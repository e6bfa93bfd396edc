/** More than one per slot, so that a worker that finishes finds its next request on the stream. */
const windowPerSlot = 1.5;

/**
 * How many capture requests may be published to a pool now: 1.5 x slots, rounded up, minus those that are unfinished.
 * Without slots there is no credit: jobs wait in the controller, and the pool scales with the backlog.
 */
export function captureCredit(slots: number, unfinished: number): number {
  return Math.max(0, Math.ceil(slots * windowPerSlot) - unfinished);
}

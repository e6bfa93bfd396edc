/** More than the slots, so that a worker which finishes finds its next capture waiting and need not ask for it. */
const windowPerSlot = 1.5;

/**
 * How many captures may be published to a pool now: slots x 1.5, rounded up, less what is known to be unfinished there.
 * Without slots there is no credit: jobs wait in the controller and the pool scales on the backlog.
 */
export function captureCredit(slots: number, unfinished: number): number {
  return Math.max(0, Math.ceil(slots * windowPerSlot) - unfinished);
}

/** When the status of a pool was last written, and what has changed since. */
export interface PoolStatusChange {
  /** Monotonic; undefined when this leader has not written it. */
  readonly writtenAtMilliseconds: number | undefined;
  /** The spec, or whether the pool is ready and why. Else only figures have changed, or the words of the message. */
  readonly isUrgent: boolean;
}

/** The figures of a busy pool change all the time; people and autoscalers read them every few seconds at most. */
export const figuresEveryMilliseconds = 5_000;
/** For a pool whose condition changes to and fro. */
const urgentEveryMilliseconds = 1_000;

/** How long the write of a changed status has to wait; 0 for now. */
export function statusWriteDelay(change: PoolStatusChange, nowMilliseconds: number): number {
  if (change.writtenAtMilliseconds === undefined) return 0;
  const pause = change.isUrgent ? urgentEveryMilliseconds : figuresEveryMilliseconds;
  return Math.max(0, change.writtenAtMilliseconds + pause - nowMilliseconds);
}

export interface ObservedNode {
  /** How long this replica has had no connection to NATS. */
  disconnectedMilliseconds: number;
  /** How long the node's Lease has not been seen to change, by the monotonic clock. */
  unchangedMilliseconds: number;
  /** `renewTime` of the Lease, epoch milliseconds; undefined: the node has none. */
  renewedMilliseconds: number | undefined;
}

const leastDisconnectedMilliseconds = 15_000;
/** The kubelet renews every 10 seconds. */
const leastUnchangedMilliseconds = 15_000;
const leastAgeMilliseconds = 25_000;

/**
 * Whether a node with a pod of NATS counts as dead. The age of its Lease compares two machines' clocks, so it alone proves nothing: a clock
 * that is ahead makes every Lease look old, but one of a living node changes meanwhile.
 */
export function isDeadNode(
  { disconnectedMilliseconds, unchangedMilliseconds, renewedMilliseconds }: ObservedNode,
  nowMilliseconds: number,
): boolean {
  if (disconnectedMilliseconds < leastDisconnectedMilliseconds) return false;
  if (unchangedMilliseconds < leastUnchangedMilliseconds) return false;
  const age = nowMilliseconds - (renewedMilliseconds ?? Number.NEGATIVE_INFINITY);
  return age >= leastAgeMilliseconds;
}

export interface ObservedNode {
  /** How long this replica has had no connection to NATS. */
  disconnectedMilliseconds: number;
  /** How long the node's Lease has not been seen to change, by the monotonic clock. */
  unchangedMilliseconds: number;
  /** `renewTime` of the Lease, epoch milliseconds; undefined: the node has none. */
  renewedMilliseconds: number | undefined;
  /** `leaseDurationSeconds` of the Lease, a setting of the kubelet. */
  leaseSeconds: number | undefined;
}

const leastDisconnectedMilliseconds = 15_000;
/** The kubelet's default; it renews four times in that. */
const usualLeaseSeconds = 40;
/** Of a Lease of the usual duration, as the next one. */
const leastUnchangedMilliseconds = 15_000;
const leastAgeMilliseconds = 25_000;

/**
 * Whether a node with a pod of NATS counts as dead. The age of its Lease compares two machines' clocks, so it alone proves nothing: a clock
 * that is ahead makes every Lease look old, but one of a living node changes meanwhile. A node without a Lease is none that is known to be dead: the
 * Lease of a deleted one goes with it, and so do its pods.
 */
export function isDeadNode(observed: ObservedNode, nowMilliseconds: number): boolean {
  const { renewedMilliseconds, leaseSeconds = usualLeaseSeconds } = observed;
  if (renewedMilliseconds === undefined) return false;
  const scale = Math.max(1, leaseSeconds / usualLeaseSeconds);
  if (observed.disconnectedMilliseconds < leastDisconnectedMilliseconds) return false;
  if (observed.unchangedMilliseconds < leastUnchangedMilliseconds * scale) return false;
  return nowMilliseconds - renewedMilliseconds >= leastAgeMilliseconds * scale;
}

/**
 * How far the leader has brought an unfinished job: `Idle` (nothing is under way), `Pending` (it waits in memory for credit
 * of its pool) or `Dispatched` (its capture request was published).
 */
export type DispatchPhase = "Idle" | "Pending" | "Dispatched";

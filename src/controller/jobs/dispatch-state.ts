/** Where a job is, as the leader remembers it. */
export type DispatchState =
  | { kind: "Idle"; backoffUntilMilliseconds?: number }
  /** Waits in memory for credit of its pool. */
  | { kind: "Pending" }
  /** Its capture request was published. */
  | { kind: "Dispatched" };

import type { JobEnding, JobProgress } from "./job-status.ts";

export type JobAction =
  /** Puts the job in the queue of its pool. */
  | "Enqueue"
  /** Takes it out of that queue. */
  | "Withdraw"
  /** Tells whoever holds its capture request to stop. */
  | "CancelCapture"
  | "Delete";

/** What is to be done about a job now. At most one of `ending` and `progress`, and `urgent` progress is written at once. */
export interface JobPlan {
  actions: readonly JobAction[];
  ending?: JobEnding;
  progress?: JobProgress & { urgent: boolean };
  /** When to look again even if nothing happens. */
  requeueAtMilliseconds?: number;
}

import type { JobEnding, JobProgress } from "./job-status.ts";

export type JobAction =
  /** Puts the job in the queue of its pool. */
  | "Enqueue"
  /** Removes the job from that queue. */
  | "Withdraw"
  /** Tells the worker that holds the capture request to stop, and removes the request from the stream. */
  | "CancelCapture"
  | "Delete";

/** What to do about a job now: at most one of `ending` and `progress`. The rate limiter does not delay `urgent` progress. */
export interface JobPlan {
  actions: readonly JobAction[];
  ending?: JobEnding;
  progress?: JobProgress & { urgent: boolean };
  /** When to plan again even if nothing changes; epoch milliseconds. */
  requeueAtMilliseconds?: number;
}

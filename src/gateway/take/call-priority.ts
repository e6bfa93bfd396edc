import { jobPriorities, type JobPriority } from "../../api/kinds/job-priority.ts";

/** What a call came in by: `/take` and `/animate`, or `/bulk`, whose caller waits for all of its pictures together. */
export type CallDoor = "Take" | "Bulk";

interface UrgentCall {
  door: CallDoor;
  asynchronous: boolean;
}

/** The class in which the job of a call waits: by the door, and no more urgent than the account's `limits.maxPriority`. */
export function callPriority(
  { door, asynchronous }: UrgentCall,
  maxPriority: JobPriority | undefined,
): JobPriority {
  const own = asynchronous ? "Batch" : urgencyOf[door];
  const most = maxPriority ?? "Synchronous";
  return jobPriorities.indexOf(own) < jobPriorities.indexOf(most) ? most : own;
}

const urgencyOf: Readonly<Record<CallDoor, JobPriority>> = {
  Take: "Synchronous",
  Bulk: "Interactive",
};

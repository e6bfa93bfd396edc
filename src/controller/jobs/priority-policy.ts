import type { JobPriority } from "../../api/kinds/job-priority.ts";

/** What a job says, and what of it a gateway's proof shows. */
export interface PriorityClaim {
  /** `spec.priority`. */
  asked: JobPriority | undefined;
  /** A gateway made the job with exactly this spec. */
  isProven: boolean;
  /** It says where a gateway waits for the picture; the proof covers that. */
  hasReply: boolean;
}

/**
 * The class a job waits in. It goes by the door the job came in by, or everything would be urgent: only what a gateway waits for is
 * `Synchronous`, and its other jobs (asynchronous calls, retries) are `Batch`. Whoever creates jobs directly gets `Interactive` at most.
 * Jobs of gateways that did not know the field have none, and are judged alike.
 */
export function priorityOf({ asked, isProven, hasReply }: PriorityClaim): JobPriority {
  if (asked === "Batch") return "Batch";
  if (!isProven) return "Interactive";
  return hasReply ? (asked ?? "Synchronous") : "Batch";
}

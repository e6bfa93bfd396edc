import type { JobPriority } from "../../api/kinds/job-priority.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import type { JobProofs } from "../../core/tokens/job-proof.ts";
import { priorityOf } from "./priority-policy.ts";

/** What follows from who made a job. */
export interface JobOrigin {
  /** The Account that it counts for; undefined for a job that no gateway created. */
  readonly account: string | undefined;
  /** The class it waits in. */
  readonly priority: JobPriority;
}

/** Checks the proof of a job. */
export function originOf(job: ScreenshotJob, proofs: JobProofs): JobOrigin {
  const account = proofs.accountOf(job);
  const asked = job.spec.priority;
  // The digest of the spec is taken only where something depends on it.
  const isProven = account !== undefined && asked !== "Batch" && proofs.authorOf(job) !== undefined;
  const hasReply = isProven && proofs.replyOf(job) !== undefined;
  return { account, priority: priorityOf({ asked, isProven, hasReply }) };
}

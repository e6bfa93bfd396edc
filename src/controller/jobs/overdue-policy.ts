import type { AttemptFailure, JobRecord } from "./job-record.ts";

/**
 * Why a job ends whose time is over: the last attempt that failed says more than the deadline does.
 *
 * @param deadline what to say when none failed
 */
export function overdueFailure(
  { lastFailure }: Pick<JobRecord, "lastFailure">,
  deadline: AttemptFailure,
): AttemptFailure {
  if (lastFailure === undefined) return deadline;
  const { reason, message } = lastFailure;
  return { reason, message: `${message}. ${deadline.message}` };
}

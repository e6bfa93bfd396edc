import { isDeliveryPending } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";

/** Above this share of `maxLiveJobs`, finished jobs are deleted early. */
const evictionThreshold = 0.8;
/** Callers that wait for a job read it after its end, and the usage of accounts is counted from it. */
const minimumAgeMilliseconds = 60_000;

/**
 * The finished jobs to delete early because there are too many: the oldest ones with `ttlSecondsAfterFinished`. A job
 * without it stays; a GitOps tool would only create it again.
 */
export function planEviction(
  jobs: Iterable<JobRecord>,
  { liveJobs, maxLiveJobs, now }: { liveJobs: number; maxLiveJobs: number; now: number },
): JobRecord[] {
  const tooMany = liveJobs - Math.floor(maxLiveJobs * evictionThreshold);
  if (tooMany <= 0) return [];
  const candidates: { job: JobRecord; endedMilliseconds: number }[] = [];
  for (const job of jobs) {
    const endedMilliseconds = job.completedMilliseconds;
    if (endedMilliseconds === undefined || endedMilliseconds > now - minimumAgeMilliseconds)
      continue;
    if (job.ttlSecondsAfterFinished === undefined || job.deleting || isDeliveryPending(job))
      continue;
    candidates.push({ job, endedMilliseconds });
  }
  candidates.sort((left, right) => left.endedMilliseconds - right.endedMilliseconds);
  return candidates.slice(0, tooMany).map(({ job }) => job);
}

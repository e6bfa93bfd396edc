import { isDeliveryPending } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";

/** Above this part of the ceiling finished jobs go before their time. */
const crowdedPart = 0.8;
/** Whoever waits for a job reads it when it has ended, and what an account has used is counted. */
const keptMilliseconds = 60_000;

/**
 * Which finished jobs are deleted before their time because there are too many: the oldest, and only such as asked to be
 * deleted one day. What has no time to live stays: whoever keeps it in Git would make it again.
 */
export function planEviction(
  jobs: Iterable<JobRecord>,
  { liveJobs, maxLiveJobs, now }: { liveJobs: number; maxLiveJobs: number; now: number },
): JobRecord[] {
  const tooMany = liveJobs - Math.floor(maxLiveJobs * crowdedPart);
  if (tooMany <= 0) return [];
  const candidates: { job: JobRecord; endedMilliseconds: number }[] = [];
  for (const job of jobs) {
    const endedMilliseconds = job.completedMilliseconds;
    if (endedMilliseconds === undefined || endedMilliseconds > now - keptMilliseconds) continue;
    if (job.ttlSecondsAfterFinished === undefined || job.deleting || isDeliveryPending(job))
      continue;
    candidates.push({ job, endedMilliseconds });
  }
  candidates.sort((left, right) => left.endedMilliseconds - right.endedMilliseconds);
  return candidates.slice(0, tooMany).map(({ job }) => job);
}

import { isDeliveryPending } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";
import { takeCensus } from "./live-job-census.ts";

/** Above this part of `maxLiveJobs`, finished jobs are deleted early. */
export const evictionThreshold = 0.8;
/** Callers that wait for a job read it after its end, and the usage of accounts is counted from it. */
const minimumAgeMilliseconds = 60_000;

/**
 * The finished jobs to delete early because there are too many: the oldest ones with `ttlSecondsAfterFinished`, of namespaces that have
 * more than their share, and down to that. A job without it stays; a GitOps tool would only create it again.
 */
export function planEviction(
  jobs: readonly JobRecord[],
  { maxLiveJobs, now }: { maxLiveJobs: number; now: number },
): JobRecord[] {
  const tooMany = jobs.length - Math.floor(maxLiveJobs * evictionThreshold);
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
  const { share, namespaces } = takeCensus(jobs, maxLiveJobs);
  const kept = new Map([...namespaces].map(([name, count]) => [name, count.jobs]));
  const evicted: JobRecord[] = [];
  for (const { job } of candidates) {
    const count = kept.get(job.namespace) ?? 0;
    if (count <= share) continue;
    kept.set(job.namespace, count - 1);
    evicted.push(job);
    if (evicted.length === tooMany) break;
  }
  return evicted;
}

/** What has been read of a list so far. */
interface ReadSoFar {
  jobs: number;
  bytes: number;
}

/** Of one answer of `GET /v1/jobs`, and of what the gateway reads of the API server for it. */
export const pageLimits = { jobs: 200, bytes: 4 * 1024 * 1024 } as const;

/** Before the size of any is known: jobs that an earlier version stored have up to a megabyte. */
const firstJobs = 8;

/** How many jobs to read next; 0 when the page is full. The API server counts objects only, so their size so far says how many fit. */
export function nextPageSize({ jobs, bytes }: ReadSoFar): number {
  if (jobs >= pageLimits.jobs || bytes >= pageLimits.bytes) return 0;
  if (jobs === 0) return firstJobs;
  const fitting = Math.floor((pageLimits.bytes - bytes) / (bytes / jobs));
  return Math.min(pageLimits.jobs - jobs, Math.max(1, fitting), jobs * 4);
}

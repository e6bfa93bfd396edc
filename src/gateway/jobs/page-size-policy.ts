/** What has been read of a list so far. */
interface ReadSoFar {
  requests: number;
  jobs: number;
  bytes: number;
  /** Of those, what goes into the answer. */
  found: number;
  foundBytes: number;
}

/** `bytes` of one answer of `GET /v1/jobs`; the others of what the gateway reads of the API server for it, where most does not fit. */
export const pageLimits = {
  bytes: 4 * 1024 * 1024,
  readJobs: 2_000,
  readBytes: 32 * 1024 * 1024,
  requests: 32,
} as const;

/** Before the size of any is known: jobs that an earlier version stored have up to a megabyte. */
const firstJobs = 8;

/**
 * How many jobs to read next; 0 when the page is full, or enough was read for it. The API server counts objects only, so their size so
 * far says how many fit.
 */
export function nextPageSize(read: ReadSoFar, most: number): number {
  const { requests, jobs, bytes, found, foundBytes } = read;
  if (found >= most || foundBytes >= pageLimits.bytes) return 0;
  if (jobs >= pageLimits.readJobs || bytes >= pageLimits.readBytes) return 0;
  // No request may find more than fits, so those of a small page are small, too.
  if (requests >= pageLimits.requests) return 0;
  if (jobs === 0) return Math.min(firstJobs, most);
  const fitting = Math.floor((pageLimits.bytes - foundBytes) / (bytes / jobs));
  return Math.min(most - found, Math.max(1, fitting), jobs * 4, pageLimits.readJobs - jobs);
}

import type { LoadReport } from "../../api/messages/load-report.ts";

/**
 * Why no more jobs may be created in a namespace, for the caller; undefined if some may. When the installation is full, a namespace that
 * has not used up its share may still have more: the heap of another costs it nothing.
 * @param admitted how many were since the report, by namespace
 */
export function capacityProblem(
  { liveJobs, maxLiveJobs, share, namespaces }: LoadReport,
  admitted: ReadonlyMap<string, number>,
  namespace: string,
): string | undefined {
  let total = liveJobs;
  for (const count of admitted.values()) total += count;
  if (total < maxLiveJobs) return undefined;
  const limit = `Limit of ${maxLiveJobs} jobs in the installation reached`;
  // Reached since a report that was far from it, or told by a controller of an earlier version.
  if (share === undefined) return `${limit}; send the request again later`;
  const { jobs, finished } = namespaces?.[namespace] ?? { jobs: 0, finished: 0 };
  if (jobs + (admitted.get(namespace) ?? 0) < share) return undefined;
  return `${limit}, and this account's namespace has its share of ${share}, ${finished} of them finished; send the request again later, or have finished jobs deleted`;
}

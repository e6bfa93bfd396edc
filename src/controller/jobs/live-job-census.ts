import { isFinished, type JobRecord } from "./job-record.ts";

/** How many jobs a namespace has. */
export interface NamespaceCount {
  jobs: number;
  /** How many of them have finished. */
  finished: number;
}

/** Who has how many jobs. */
export interface Census {
  /** Of one namespace, when the installation is full. */
  readonly share: number;
  readonly namespaces: ReadonlyMap<string, NamespaceCount>;
}

/** Counts the jobs of each namespace, finished ones apart. */
export function takeCensus(jobs: Iterable<JobRecord>, maxLiveJobs: number): Census {
  const namespaces = new Map<string, NamespaceCount>();
  for (const job of jobs) {
    const count = namespaces.get(job.namespace) ?? { jobs: 0, finished: 0 };
    namespaces.set(job.namespace, count);
    count.jobs += 1;
    if (isFinished(job)) count.finished += 1;
  }
  return { share: shareOf(maxLiveJobs, namespaces.size), namespaces };
}

/**
 * How many jobs, finished ones included, a namespace may have although the installation is full. While it is not, any may have more; the
 * heap of one takes nothing of the others' share. As each may have its share beside such a heap, there are at most twice `maxLiveJobs`.
 */
function shareOf(maxLiveJobs: number, namespaces: number): number {
  return Math.max(1, Math.floor(maxLiveJobs / Math.max(2, namespaces)));
}

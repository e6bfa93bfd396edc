import type { KubeMetrics } from "../platform/kube/kube-metrics.ts";
import { WorkQueue } from "../platform/kube/work-queue.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";

/** One work queue per kind. Features add keys; the leader starts the queues with their reconcilers. */
export interface Queues {
  jobs: WorkQueue;
  pools: WorkQueue;
  accounts: WorkQueue;
}

/** Names of the queues, in metrics. */
export const queueNames: readonly (keyof Queues)[] = ["jobs", "pools", "accounts"];

export function createQueues(dependencies: {
  metrics: KubeMetrics;
  clock: Clock;
  log: Logger;
}): Queues {
  const { metrics, clock, log } = dependencies;
  return {
    jobs: new WorkQueue({ name: "jobs", metrics, clock, log }),
    pools: new WorkQueue({ name: "pools", concurrency: 2, metrics, clock, log }),
    accounts: new WorkQueue({ name: "accounts", concurrency: 2, metrics, clock, log }),
  };
}

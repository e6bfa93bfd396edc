import type { Metrics } from "../../platform/process/metrics.ts";

/** What the gauges of one pool show. */
export interface PoolNumbers {
  name: string;
  slots: number;
  busySlots: number;
  queuedJobs: number;
  oldestQueuedSeconds: number;
  /** This and the next two: undefined where the controller does not manage the pods. */
  desiredReplicas: number | undefined;
  replicas: number | undefined;
  readyReplicas: number | undefined;
}

/** Gauges with one series per pool. `read` returns none on replicas that do not lead, so that sums over replicas are right. */
export function registerPoolMetrics(metrics: Metrics, read: () => PoolNumbers[]): void {
  const gauge = (name: string, help: string, of: (pool: PoolNumbers) => number | undefined) =>
    metrics.gaugeByName({
      name,
      help,
      label: "pool",
      read: () =>
        read().flatMap((pool) => {
          const value = of(pool);
          return value === undefined ? [] : [[pool.name, value] as const];
        }),
    });
  gauge("stills_pool_slots", "Browser slots of ready workers", (pool) => pool.slots);
  gauge("stills_pool_busy_slots", "Browser slots in use", (pool) => pool.busySlots);
  gauge("stills_pool_queued_jobs", "Jobs that wait for a slot", (pool) => pool.queuedJobs);
  gauge(
    "stills_pool_oldest_queued_seconds",
    "Age of the oldest job that waits for a slot",
    (pool) => pool.oldestQueuedSeconds,
  );
  gauge(
    "stills_pool_desired_replicas",
    "Pods that the controller wants",
    (pool) => pool.desiredReplicas,
  );
  gauge("stills_pool_replicas", "Pods that exist", (pool) => pool.replicas);
  gauge("stills_pool_ready_replicas", "Pods that are ready", (pool) => pool.readyReplicas);
}

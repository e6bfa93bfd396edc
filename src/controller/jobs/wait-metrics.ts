import type { JobPriority } from "../../api/kinds/job-priority.ts";
import type { Metrics } from "../../platform/process/metrics.ts";

/**
 * How long the oldest job of each class has waited, in seconds: a class that is never served shows here only. `read` returns none on
 * replicas that do not lead.
 */
export function registerWaitMetrics(
  metrics: Metrics,
  read: () => (readonly [priority: JobPriority, seconds: number])[],
): void {
  metrics.gaugeByName({
    name: "stills_oldest_wait_seconds",
    help: "Age of the oldest job that waits for a slot, by its class; 0 when none waits",
    label: "priority",
    read,
  });
}

import { jobPriorities } from "../../src/api/kinds/job-priority.ts";
import { registerWaitMetrics } from "../../src/controller/jobs/wait-metrics.ts";
import { createControllerMetrics } from "../../src/controller/metrics.ts";
import { registerPoolMetrics } from "../../src/controller/pools/pool-metrics.ts";
import { createEgressMetrics } from "../../src/egress/metrics.ts";
import { createGatewayMetrics } from "../../src/gateway/metrics.ts";
import { createKubeMetrics } from "../../src/platform/kube/kube-metrics.ts";
import { Metrics } from "../../src/platform/process/metrics.ts";
import { WorkerMetrics } from "../../src/worker/metrics.ts";
import { WorkerActivity } from "../../src/worker/worker-activity.ts";

/** Series name → label → the values it can have; "*" among them where names come and go. */
export type MetricCatalogue = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

const pool = {
  name: "*",
  ...{ slots: 1, busySlots: 1, queuedJobs: 1, oldestQueuedSeconds: 1 },
  ...{ desiredReplicas: 1, replicas: 1, readyReplicas: 1 },
};

/** Every metric that a role registers, by letting them register and reading the page that Prometheus would. */
export async function metricCatalogue(): Promise<MetricCatalogue> {
  const metrics = new Metrics();
  createControllerMetrics(metrics);
  registerPoolMetrics(metrics, () => [pool]);
  registerWaitMetrics(metrics, () => jobPriorities.map((priority) => [priority, 0]));
  const kube = createKubeMetrics(metrics, { resources: ["*"], queues: ["jobs", "pools"] });
  const nothing = { depth: () => 0, longestRunningSeconds: () => 0 };
  for (const queue of ["jobs", "pools"]) kube.queueStarted(queue, nothing);
  const age = () => 0;
  kube.reflectorStarted("*", {
    records: age,
    lastEventAgeSeconds: age,
    lastBookmarkAgeSeconds: age,
  });
  createGatewayMetrics(metrics);
  createEgressMetrics(metrics);
  new WorkerMetrics(metrics, { activity: new WorkerActivity(), slots: 1 });
  return readPage(await metrics.text());
}

function readPage(page: string): MetricCatalogue {
  const catalogue = new Map<string, Map<string, Set<string>>>();
  for (const line of page.split("\n")) {
    const series = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>.*)\})? /.exec(line)?.groups;
    if (series?.["name"] === undefined) continue;
    const labels = catalogue.get(series["name"]) ?? new Map<string, Set<string>>();
    catalogue.set(series["name"], labels);
    for (const [, label = "", value = ""] of (series["labels"] ?? "").matchAll(
      /(\w+)="((?:[^"\\]|\\.)*)"/g,
    ))
      labels.set(label, (labels.get(label) ?? new Set()).add(value));
  }
  return catalogue;
}

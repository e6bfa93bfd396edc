import type { Metrics } from "../process/metrics.ts";

/**
 * Hooks that the classes of this folder call. `createKubeMetrics` turns them into Prometheus metrics, and tests count them.
 */
export interface KubeMetrics {
  /** `status` 0: no answer. */
  requestFinished(verb: KubeVerb, status: number, durationSeconds: number): void;
  relisted(resource: string, reason: RelistReason): void;
  watchRestarted(resource: string, reason: WatchRestartReason): void;
  /** A reflector has started; the probe is read when metrics are collected. */
  reflectorStarted(resource: string, probe: ReflectorProbe): void;
  queueStarted(name: string, probe: WorkQueueProbe): WorkQueueMetrics;
  leading(isLeader: boolean): void;
  statusWritten(outcome: StatusWriteOutcome): void;
  eventRecorded(outcome: EventOutcome): void;
}

const kubeVerbs = ["get", "list", "watch", "create", "update", "patch", "delete"] as const;
export type KubeVerb = (typeof kubeVerbs)[number];

const relistReasons = ["Started", "Expired", "Silent", "WatchListRefused"] as const;
export type RelistReason = (typeof relistReasons)[number];

const watchRestartReasons = [
  "Ended",
  "Silent",
  "Throttled",
  "Unauthorized",
  "Expired",
  "Failed",
] as const;
export type WatchRestartReason = (typeof watchRestartReasons)[number];

const statusWriteOutcomes = ["Written", "Conflict", "Gone", "Refused", "Failed"] as const;
type StatusWriteOutcome = (typeof statusWriteOutcomes)[number];

const eventOutcomes = ["Recorded", "Aggregated", "Dropped", "Failed"] as const;
export type EventOutcome = (typeof eventOutcomes)[number];

interface ReflectorProbe {
  records(): number;
  lastEventAgeSeconds(): number;
  lastBookmarkAgeSeconds(): number;
}

interface WorkQueueProbe {
  depth(): number;
  longestRunningSeconds(): number;
}

export interface WorkQueueMetrics {
  added(): void;
  retried(): void;
  /** From `add` to the start of the work. */
  queued(durationSeconds: number): void;
  worked(durationSeconds: number): void;
}

const silentQueue: WorkQueueMetrics = {
  added() {},
  retried() {},
  queued() {},
  worked() {},
};

/** Metrics that go nowhere. */
export const silentKubeMetrics: KubeMetrics = {
  requestFinished() {},
  relisted() {},
  watchRestarted() {},
  reflectorStarted() {},
  queueStarted: () => silentQueue,
  leading() {},
  statusWritten() {},
  eventRecorded() {},
};

const statusLabels = [
  ...["2xx", "400", "401", "403", "404", "409", "410", "422", "429", "4xx", "500", "503", "504"],
  ...["5xx", "none", "other"],
] as const;

const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Declares the metrics of the Kubernetes side. Label values are closed sets, so the watched resources (plural names) and the
 * work queues are named here.
 */
export function createKubeMetrics(
  metrics: Metrics,
  names: { resources: readonly string[]; queues: readonly string[] },
): KubeMetrics {
  return {
    ...requestMetrics(metrics),
    ...reflectorMetrics(metrics, names.resources),
    ...queueMetrics(metrics, names.queues),
    ...outcomeMetrics(metrics),
  };
}

function requestMetrics(metrics: Metrics): Pick<KubeMetrics, "requestFinished"> {
  const requests = metrics.counter({
    name: "stills_kube_requests_total",
    help: "Requests to the API server by verb and HTTP status; none: no answer came.",
    labels: { verb: kubeVerbs, status: statusLabels },
  });
  const duration = metrics.histogram({
    name: "stills_kube_request_duration_seconds",
    help: "Time from sending a request to the API server to the end of its answer; of a watch, to its first byte.",
    labels: { verb: kubeVerbs },
    buckets: durationBuckets,
  });
  return {
    requestFinished(verb, status, durationSeconds) {
      requests.increment({ verb, status: statusLabel(status) });
      duration.observe(durationSeconds, { verb });
    },
  };
}

function reflectorMetrics(
  metrics: Metrics,
  resources: readonly string[],
): Pick<KubeMetrics, "relisted" | "watchRestarted" | "reflectorStarted"> {
  const relists = metrics.counter({
    name: "stills_kube_relists_total",
    help: "How often all objects of a kind were read anew, and why.",
    labels: { resource: resources, reason: relistReasons },
  });
  const restarts = metrics.counter({
    name: "stills_kube_watch_restarts_total",
    help: "How often the watch of a kind was opened again, and why. Ended is the normal end after some minutes.",
    labels: { resource: resources, reason: watchRestartReasons },
  });
  const probes = new Map<string, ReflectorProbe>();
  const gauge = (name: string, help: string, read: (probe: ReflectorProbe) => number): void =>
    metrics.gaugeByName({
      name,
      help,
      label: "resource",
      read: () => readEach(probes, read),
    });
  gauge("stills_kube_cache_records", "Objects of a kind in the local cache.", (probe) =>
    probe.records(),
  );
  gauge(
    "stills_kube_last_event_age_seconds",
    "Time since the last event of a kind's watch.",
    (probe) => probe.lastEventAgeSeconds(),
  );
  gauge(
    "stills_kube_last_bookmark_age_seconds",
    "Time since the last bookmark of a kind's watch; one comes about every minute.",
    (probe) => probe.lastBookmarkAgeSeconds(),
  );
  return {
    relisted: (resource, reason) => relists.increment({ resource, reason }),
    watchRestarted: (resource, reason) => restarts.increment({ resource, reason }),
    reflectorStarted: (resource, probe) => void probes.set(resource, probe),
  };
}

/** Names and labels are those of client-go, so that existing dashboards show these queues, too. */
function queueMetrics(
  metrics: Metrics,
  queues: readonly string[],
): Pick<KubeMetrics, "queueStarted"> {
  const labels = { name: queues };
  const adds = metrics.counter({
    name: "workqueue_adds_total",
    help: "Keys added to a work queue.",
    labels,
  });
  const retries = metrics.counter({
    name: "workqueue_retries_total",
    help: "Keys that come again after a failure.",
    labels,
  });
  const queued = metrics.histogram({
    name: "workqueue_queue_duration_seconds",
    help: "How long keys waited in a work queue before they were worked on.",
    labels,
    buckets: durationBuckets,
  });
  const worked = metrics.histogram({
    name: "workqueue_work_duration_seconds",
    help: "How long the work on one key took.",
    labels,
    buckets: durationBuckets,
  });
  const probes = new Map<string, WorkQueueProbe>();
  metrics.gaugeByName({
    name: "workqueue_depth",
    help: "Keys that wait in a work queue.",
    label: "name",
    read: () => readEach(probes, (probe) => probe.depth()),
  });
  metrics.gaugeByName({
    name: "workqueue_longest_running_processor_seconds",
    help: "How long the longest work that is not finished runs already.",
    label: "name",
    read: () => readEach(probes, (probe) => probe.longestRunningSeconds()),
  });
  return {
    queueStarted(name, probe) {
      probes.set(name, probe);
      return {
        added: () => adds.increment({ name }),
        retried: () => retries.increment({ name }),
        queued: (seconds) => queued.observe(seconds, { name }),
        worked: (seconds) => worked.observe(seconds, { name }),
      };
    },
  };
}

function outcomeMetrics(
  metrics: Metrics,
): Pick<KubeMetrics, "leading" | "statusWritten" | "eventRecorded"> {
  const leader = metrics.gauge({
    name: "stills_leader",
    help: "1 while this process holds the lease, else 0.",
  });
  const writes = metrics.counter({
    name: "stills_kube_status_writes_total",
    help: "Status writes by what became of them. Refused: validation forbids the status; someone must act.",
    labels: { outcome: statusWriteOutcomes },
  });
  const recorded = metrics.counter({
    name: "stills_kube_events_total",
    help: "Kubernetes Events by what became of them.",
    labels: { outcome: eventOutcomes },
  });
  return {
    leading: (isLeader) => leader.set(isLeader ? 1 : 0),
    statusWritten: (outcome) => writes.increment({ outcome }),
    eventRecorded: (outcome) => recorded.increment({ outcome }),
  };
}

function readEach<Probe>(
  probes: ReadonlyMap<string, Probe>,
  read: (probe: Probe) => number,
): [string, number][] {
  return [...probes].map(([name, probe]) => [name, read(probe)]);
}

function statusLabel(status: number): (typeof statusLabels)[number] {
  if (status === 0) return "none";
  if (status >= 200 && status < 300) return "2xx";
  const exact = statusLabels.find((label) => label === String(status));
  if (exact !== undefined) return exact;
  if (status >= 400 && status < 500) return "4xx";
  return status >= 500 ? "5xx" : "other";
}

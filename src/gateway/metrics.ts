import type { CounterMetric, GaugeMetric, Metrics } from "../platform/process/metrics.ts";

const routes = [
  "/take",
  "/animate",
  "/bulk",
  "/usage",
  "/devices",
  "/v1/inputs",
  "/v1/jobs",
  "/v1/jobs/:name",
  "/v1/jobs/:name/retry",
  "/v1/pictures/:link",
  "/v1/slices/:link",
  "/v1/openapi.json",
  "/docs/errors",
  "/docs/errors/:slug",
  "none",
] as const;
const deliveryOutcomes = [
  "Delivered",
  "ReceiverGone",
  "DeliveryExhausted",
  "TryAgain",
  "Dropped",
] as const;
const callers = ["Known", "Anonymous"] as const;
const cacheLookupOutcomes = ["Hit", "Miss", "Shared", "Failed"] as const;
const statusClasses = ["2xx", "3xx", "4xx", "5xx"] as const;

/** What the cache had for a call; of `Shared`, the render of another call that was under way. */
export type CacheLookupOutcome = (typeof cacheLookupOutcomes)[number];

export interface GatewayMetrics {
  /** @param route the route's pattern, never the path that the caller chose */
  answered(route: string, status: number, seconds: number): void;
  delivered(outcome: (typeof deliveryOutcomes)[number]): void;
  readonly pendingRequests: GaugeMetric<Record<never, never>>;
  readonly bodyBytes: GaugeMetric<{ caller: typeof callers }>;
  readonly cacheWaits: GaugeMetric<Record<never, never>>;
  readonly cacheLookups: CounterMetric<{ outcome: typeof cacheLookupOutcomes }>;
  connectionDropped(): void;
}

export function createGatewayMetrics(metrics: Metrics): GatewayMetrics {
  const labels = { route: routes, status_class: statusClasses };
  const requests = metrics.counter({
    name: "stills_gateway_requests_total",
    help: "HTTP requests answered",
    labels,
  });
  const durations = metrics.histogram({
    name: "stills_gateway_request_duration_seconds",
    help: "Time from the arrival of a request to the end of its response",
    labels: { route: routes },
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120],
  });
  const pendingRequests = metrics.gauge({
    name: "stills_gateway_waiting_requests",
    help: "Synchronous calls of /take that wait for their picture",
  });
  const bodyBytes = metrics.gauge({
    name: "stills_gateway_body_bytes",
    help: "Bytes of request bodies that are held or announced, by whether header or query have a valid key",
    labels: { caller: callers },
  });
  const cacheLookups = metrics.counter({
    name: "stills_gateway_cache_lookups_total",
    help: "Calls of /take with cache, by what the cache had for them; Shared is a render that another call had begun",
    labels: { outcome: cacheLookupOutcomes },
  });
  const cacheWaits = metrics.gauge({
    name: "stills_gateway_cache_waiting_requests",
    help: "Calls of /take with cache that wait for a render which equal calls share",
  });
  const dropped = metrics.counter({
    name: "stills_gateway_dropped_connections_total",
    help: "Connections closed at once because there were too many",
  });
  const deliveries = metrics.counter({
    name: "stills_webhook_tries_total",
    help: "Webhook delivery attempts, by outcome",
    labels: { outcome: deliveryOutcomes },
  });
  return {
    pendingRequests,
    bodyBytes,
    cacheWaits,
    cacheLookups,
    connectionDropped: () => dropped.increment(),
    delivered: (outcome) => deliveries.increment({ outcome }),
    answered(path, status, seconds) {
      const route = routes.find((known) => known === path) ?? "none";
      const status_class = statusClasses[Math.floor(status / 100) - 2] ?? "5xx";
      requests.increment({ route, status_class });
      durations.observe(seconds, { route });
    },
  };
}

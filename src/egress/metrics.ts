import type {
  CounterMetric,
  GaugeMetric,
  HistogramMetric,
  Metrics,
} from "../platform/process/metrics.ts";
import { trafficClasses } from "../api/messages/proxy-grant.ts";
import { refusalReasons } from "./refusal.ts";

/** "Relayed": the tunnel was opened and has ended. "Abandoned": the client disconnected before the tunnel was opened. */
const outcomes = ["Relayed", "Abandoned", ...refusalReasons] as const;
const directions = ["Received", "Sent"] as const;
const tokenProblems = ["Missing", "Malformed", "SignatureWrong", "Expired"] as const;
const lookupOutcomes = ["Cached", "Resolved", "NotFound", "Failed"] as const;
/** "NotHeard": no controller has told the cluster's ranges. "PodReachable": pages may visit pods of the cluster. */
const clusterProblems = ["NotHeard", "PodReachable"] as const;
const dialOutcomes = ["Connected", "Failed", "TimedOut"] as const;

export interface EgressMetrics {
  tunnels: CounterMetric<{ class: typeof trafficClasses; outcome: typeof outcomes }>;
  transferredBytes: CounterMetric<{ class: typeof trafficClasses; direction: typeof directions }>;
  refusedTokens: CounterMetric<{ problem: typeof tokenProblems }>;
  nameLookups: CounterMetric<{ outcome: typeof lookupOutcomes }>;
  dialSeconds: HistogramMetric<{ outcome: typeof dialOutcomes }>;
  tunnelsOpen: GaugeMetric<Record<never, never>>;
  originConnections: GaugeMetric<Record<never, never>>;
  watchers: GaugeMetric<Record<never, never>>;
  clusterProblem: GaugeMetric<{ problem: typeof clusterProblems }>;
}

/** All metrics of the egress proxy. Hosts, jobs and namespaces are never labels. */
export function createEgressMetrics(metrics: Metrics): EgressMetrics {
  return {
    tunnels: metrics.counter({
      name: "stills_egress_tunnels_total",
      help: "CONNECT requests with a valid token, by traffic class and outcome.",
      labels: { class: trafficClasses, outcome: outcomes },
    }),
    transferredBytes: metrics.counter({
      name: "stills_egress_transferred_bytes_total",
      help: "Bytes exchanged with origins, counted when a connection closes.",
      labels: { class: trafficClasses, direction: directions },
    }),
    refusedTokens: metrics.counter({
      name: "stills_egress_refused_tokens_total",
      help: "Requests refused because of their proxy token.",
      labels: { problem: tokenProblems },
    }),
    nameLookups: metrics.counter({
      name: "stills_egress_name_lookups_total",
      help: "Host name lookups, by outcome.",
      labels: { outcome: lookupOutcomes },
    }),
    dialSeconds: metrics.histogram({
      name: "stills_egress_dial_duration_seconds",
      help: "Time to connect to an origin after its name is resolved.",
      labels: { outcome: dialOutcomes },
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    }),
    tunnelsOpen: metrics.gauge({
      name: "stills_egress_tunnels_open",
      help: "Tunnels that are open or being opened.",
    }),
    originConnections: metrics.gauge({
      name: "stills_egress_origin_connections",
      help: "Open connections to origins.",
    }),
    watchers: metrics.gauge({
      name: "stills_egress_watchers",
      help: "Workers that watch the heartbeat of this replica.",
    }),
    clusterProblem: metrics.gauge({
      name: "stills_egress_cluster_problem",
      help: "1 while the cluster's own public addresses are not known, or a pod's would not be refused.",
      labels: { problem: clusterProblems },
    }),
  };
}

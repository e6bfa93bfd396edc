import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";
import { ClusterProof } from "./cluster-proof.ts";
import { ClusterRanges } from "./cluster-ranges.ts";
import type { EgressConfig } from "./config.ts";
import type { EgressMetrics } from "./metrics.ts";
import { NameResolver } from "./name-resolver.ts";
import { TargetAuthorizer } from "./target-authorizer.ts";

interface ClusterRangesDependencies {
  config: Pick<EgressConfig, "cluster" | "proxy">;
  metrics: EgressMetrics;
  clock: Clock;
  log: Logger;
}

/** What the cluster itself is numbered with, and the proof that it is refused. */
export function createClusterRanges(dependencies: ClusterRangesDependencies): ClusterRanges {
  const { config, metrics, clock, log } = dependencies;
  const { rangesPath, podAddresses } = config.cluster;
  const clusterRanges = new ClusterRanges({ path: rangesPath, clock, log });
  const authorizer = new TargetAuthorizer({
    config: { ...config.proxy, rules: { ...config.proxy.rules, allow: [] } },
    nameResolver: new NameResolver({ servers: config.proxy.dnsServers, clock, metrics }),
    interfaceAddresses: { has: () => false, hasPublicIPv6: () => false },
    clusterRanges,
  });
  // It listens as long as the ranges are read.
  new ClusterProof({ podAddresses, clusterRanges, authorizer, metrics, log }).listen();
  return clusterRanges;
}

import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { ClusterRanges } from "./cluster-ranges.ts";
import type { ForwardProxyConfig } from "./config.ts";
import { ConnectHandler } from "./connect-handler.ts";
import { ForwardProxy } from "./forward-proxy.ts";
import { Heartbeat } from "./heartbeat.ts";
import { InterfaceAddresses } from "./interface-addresses.ts";
import type { EgressMetrics } from "./metrics.ts";
import { NameResolver } from "./name-resolver.ts";
import { OriginDialer } from "./origin-dialer.ts";
import { TargetAuthorizer, type TargetAuthorizerDependencies } from "./target-authorizer.ts";
import { TokenVerifier } from "./token-verifier.ts";
import { TrafficBudgets } from "./traffic-budgets.ts";
import { TunnelRecorder } from "./tunnel-recorder.ts";

export interface ForwardProxyDependencies {
  config: ForwardProxyConfig;
  metrics: EgressMetrics;
  clock: Clock;
  log: Logger;
  /** Default: those of this machine. Tests pass others where the machine's own addresses stand for the Internet. */
  interfaceAddresses?: TargetAuthorizerDependencies["interfaceAddresses"] | undefined;
  clusterRanges: ClusterRanges;
}

/** The egress proxy's one feature, ready to be started. */
export function createForwardProxy(dependencies: ForwardProxyDependencies): ForwardProxy {
  const { config, metrics, clock, log, clusterRanges } = dependencies;
  const { tokenKey, dnsServers, limits } = config;
  const { connectTimeoutSeconds } = limits;

  const interfaceAddresses = dependencies.interfaceAddresses ?? new InterfaceAddresses(clock);
  const nameResolver = new NameResolver({ servers: dnsServers, clock, metrics });
  const targetAuthorizer = new TargetAuthorizer({
    config,
    nameResolver,
    interfaceAddresses,
    clusterRanges,
  });
  const tokenVerifier = new TokenVerifier({ tokenKey, metrics, clock, log });
  const originDialer = new OriginDialer({ connectTimeoutSeconds, metrics, clock });
  const trafficBudgets = new TrafficBudgets({ metrics, clock, log });
  const tunnelRecorder = new TunnelRecorder({ metrics, log });
  const connectHandler = new ConnectHandler({
    limits,
    tokenVerifier,
    targetAuthorizer,
    originDialer,
    trafficBudgets,
    tunnelRecorder,
    metrics,
    clock,
  });
  const heartbeat = new Heartbeat(metrics);
  return new ForwardProxy({ config, connectHandler, heartbeat, log });
}

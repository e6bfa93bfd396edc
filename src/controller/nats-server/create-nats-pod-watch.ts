import { leases, pods } from "../../platform/kube/resources.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { ControllerConfig } from "../config.ts";
import { NatsPodWatch } from "./nats-pod-watch.ts";

/** Nothing where NATS runs elsewhere. */
export function createNatsPodWatch(dependencies: {
  config: Pick<ControllerConfig, "natsPodSelector" | "operatorNamespace">;
  platform: { transport: KubeTransport; nats: Nats };
  clock: Clock;
  log: Logger;
}): Runnable[] {
  const { config, platform, clock, log } = dependencies;
  const { natsPodSelector: podSelector, operatorNamespace: namespace } = config;
  if (podSelector === undefined) return [];
  const { transport, nats } = platform;
  return [
    new NatsPodWatch({
      pods: pods(transport),
      leases: leases(transport),
      ...{ nats, namespace, podSelector, clock, log },
    }),
  ];
}

import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { ReadinessCondition } from "../readiness-condition.ts";
import { EgressMonitor } from "./egress-monitor.ts";
import type { Address } from "./network-policy-settings.ts";
import { NetworkPolicyCheck } from "./network-policy-check.ts";
import { ReplicaMonitor } from "./replica-monitor.ts";

interface NetworkOptions {
  egressURL: string;
  /** Undefined: the network policy is not checked. */
  forbiddenAddresses: Address[] | undefined;
  clock: Clock;
  log: Logger;
}

/** The worker's view of its network. */
export interface Network {
  egressMonitor: EgressMonitor;
  replicaMonitor: ReplicaMonitor;
  parts: Runnable[];
  conditions: ReadinessCondition[];
}

export function createNetwork({
  egressURL,
  forbiddenAddresses,
  clock,
  log,
}: NetworkOptions): Network {
  const egressMonitor = new EgressMonitor({ egressURL, clock, log });
  const replicaMonitor = new ReplicaMonitor(log);
  const policyChecks =
    forbiddenAddresses === undefined
      ? []
      : [new NetworkPolicyCheck({ forbidden: forbiddenAddresses, clock, log })];
  return {
    egressMonitor,
    replicaMonitor,
    parts: [egressMonitor, replicaMonitor, ...policyChecks],
    conditions: [egressMonitor, ...policyChecks].map(({ condition }) => condition),
  };
}

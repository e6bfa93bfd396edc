import { workerSelector } from "./pool-deployment.ts";
import type { KubeMetrics } from "../../platform/kube/kube-metrics.ts";
import { Reflector } from "../../platform/kube/reflector.ts";
import {
  deploymentType,
  deployments as deploymentsOf,
  podDisruptionBudgets,
  pods as podsOf,
  secrets,
} from "../../platform/kube/resources.ts";
import type { Deployment } from "../../platform/kube/resources.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { ControllerConfig } from "../config.ts";
import { PoolDeployments, projectDeployment } from "./pool-deployments.ts";
import type { DeploymentRecord } from "./pool-deployments.ts";
import { PoolFleet } from "./pool-fleet.ts";
import { PoolHosts } from "./pool-hosts.ts";
import { PoolPods } from "./pool-pods.ts";
import type { WorkerRegistry } from "./worker-registry.ts";

export interface PoolFleetContext {
  config: ControllerConfig;
  transport: KubeTransport;
  workers: WorkerRegistry;
  metrics: KubeMetrics;
  clock: Clock;
  log: Logger;
}

export interface PoolFleetParts {
  fleet: PoolFleet | undefined;
  deployments: Reflector<Deployment, DeploymentRecord> | undefined;
  /** To be started and stopped with the replica. */
  running: Runnable[];
}

/** What keeps the pods of pools; nothing where the controller was not told how they look. */
export function createPoolFleet(context: PoolFleetContext): PoolFleetParts {
  const { config, transport, workers, clock, log, metrics } = context;
  const { workerPods: settings, operatorNamespace: namespace } = config;
  if (settings === undefined) return { fleet: undefined, deployments: undefined, running: [] };
  const deployments = new Reflector<Deployment, DeploymentRecord>({
    ...{ transport, clock, log, metrics, namespace },
    type: deploymentType,
    labelSelector: workerSelector,
    project: projectDeployment,
  });
  const fleet = new PoolFleet({
    ...{ settings, namespace, clock, log },
    hosts: new PoolHosts({ clock }),
    deployments: new PoolDeployments({
      deployments,
      client: deploymentsOf(transport),
      budgets: podDisruptionBudgets(transport),
    }),
    pods: new PoolPods({
      ...{ settings, namespace, workers, log },
      pods: podsOf(transport),
      secrets: secrets(transport),
    }),
  });
  return { fleet, deployments, running: [deployments] };
}

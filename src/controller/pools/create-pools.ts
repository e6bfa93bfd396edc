import type { BrowserPool } from "../../api/kinds/resource-types.ts";
import type { WorkerPodSettings } from "../../api/settings/worker-pod-settings.ts";
import type { KubeMetrics } from "../../platform/kube/kube-metrics.ts";
import { Reflector } from "../../platform/kube/reflector.ts";
import {
  browserPools,
  browserPoolType,
  deploymentType,
  deployments,
  podDisruptionBudgets,
  pods,
  secrets,
} from "../../platform/kube/resources.ts";
import type { Deployment } from "../../platform/kube/resources.ts";
import { StatusWriter } from "../../platform/kube/status-writer.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { ControllerConfig } from "../config.ts";
import type { DeploymentCache } from "./deployment-cache.ts";
import { projectDeployment } from "./deployment-record.ts";
import type { DeploymentRecord } from "./deployment-record.ts";
import { HostAliasResolver } from "./host-alias-resolver.ts";
import type { PoolCache } from "./pool-cache.ts";
import { workerSelector } from "./pool-deployment.ts";
import { PoolDeployments } from "./pool-deployments.ts";
import { PoolDirectory } from "./pool-directory.ts";
import { PoolPods } from "./pool-pods.ts";
import { projectPool } from "./pool-record.ts";
import type { PoolRecord } from "./pool-record.ts";
import { PoolWorkloads } from "./pool-workloads.ts";
import { WorkerRegistry } from "./worker-registry.ts";

/** What every replica knows of pools. */
export interface Pools {
  cache: PoolCache;
  directory: PoolDirectory;
  workers: WorkerRegistry;
  statusWriter: StatusWriter<BrowserPool>;
  /** Undefined where the controller manages no pods: workers are started by other means. */
  managed: ManagedPools | undefined;
}

/** The pods of pools, where the controller manages them. */
interface ManagedPools {
  deployments: DeploymentCache;
  workloads: PoolWorkloads;
}

interface PoolsDependencies {
  config: ControllerConfig;
  transport: KubeTransport;
  publisher: Publisher;
  kubeMetrics: KubeMetrics;
  clock: Clock;
  log: Logger;
}

export function createPools(dependencies: PoolsDependencies): Pools {
  const { config, transport, publisher, kubeMetrics, clock, log } = dependencies;
  const { operatorNamespace, workerPods } = config;
  const cache = new Reflector<BrowserPool, PoolRecord>({
    transport,
    type: browserPoolType,
    namespace: operatorNamespace,
    project: projectPool,
    metrics: kubeMetrics,
    clock,
    log,
  });
  const workers = new WorkerRegistry({ publisher, clock, log });
  return {
    cache,
    directory: new PoolDirectory({ pools: cache, operatorNamespace }),
    workers,
    statusWriter: new StatusWriter(browserPools(transport), { metrics: kubeMetrics }),
    managed: workerPods && createManagedPools({ ...dependencies, settings: workerPods, workers }),
  };
}

interface ManagedPoolsDependencies extends PoolsDependencies {
  settings: WorkerPodSettings;
  workers: WorkerRegistry;
}

function createManagedPools(dependencies: ManagedPoolsDependencies): ManagedPools {
  const { config, settings, workers, transport, kubeMetrics, clock, log } = dependencies;
  const namespace = config.operatorNamespace;
  const cache = new Reflector<Deployment, DeploymentRecord>({
    transport,
    type: deploymentType,
    namespace,
    labelSelector: workerSelector,
    project: projectDeployment,
    metrics: kubeMetrics,
    clock,
    log,
  });
  const workloads = new PoolWorkloads({
    settings,
    namespace,
    deployments: new PoolDeployments({
      cache,
      client: deployments(transport),
      budgets: podDisruptionBudgets(transport),
    }),
    pods: new PoolPods({
      settings,
      namespace,
      pods: pods(transport),
      secrets: secrets(transport),
      workers,
      log,
    }),
    hostAliases: new HostAliasResolver({ clock }),
    clock,
    log,
  });
  return { deployments: cache, workloads };
}

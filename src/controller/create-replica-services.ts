import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";
import { createAccounts } from "./accounts/create-accounts.ts";
import type { Accounts } from "./accounts/create-accounts.ts";
import { createClusterRanges } from "./cluster/create-cluster-ranges.ts";
import type { ClusterRanges } from "./cluster/create-cluster-ranges.ts";
import type { ControllerConfig } from "./config.ts";
import type { Platform } from "./create-platform.ts";
import { createWorkerConnections } from "./connections/create-worker-connections.ts";
import type { WorkerConnections } from "./connections/create-worker-connections.ts";
import { createJobs } from "./jobs/create-jobs.ts";
import type { Jobs } from "./jobs/create-jobs.ts";
import type { ControllerMetrics } from "./metrics.ts";
import { createPools } from "./pools/create-pools.ts";
import type { Pools } from "./pools/create-pools.ts";
import { createWebhooks } from "./webhooks/create-webhooks.ts";
import type { Webhooks } from "./webhooks/create-webhooks.ts";
import { createWorkerServices } from "./workers/create-worker-services.ts";
import type { WorkerServices } from "./workers/create-worker-services.ts";

/** What every replica runs, whether it leads or not. */
export interface Features {
  jobs: Jobs;
  pools: Pools;
  accounts: Accounts;
  webhooks: Webhooks;
  workerServices: WorkerServices;
  /** Undefined where nobody is to be told. */
  clusterRanges: ClusterRanges | undefined;
  workerConnections: WorkerConnections;
}

interface FeaturesDependencies {
  config: ControllerConfig;
  platform: Platform;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
}

export async function createReplicaServices(dependencies: FeaturesDependencies): Promise<Features> {
  const { config, platform, metrics, clock, log } = dependencies;
  const { transport, kubeMetrics, events, nats, publisher, objectStore, conditionalWrites } =
    platform;
  const shared = { config, transport, kubeMetrics, clock, log };
  const jobs = createJobs({ ...shared, publisher, events, objectStore, metrics });
  const pools = createPools({ ...shared, publisher });
  const accounts = createAccounts({
    accountsNamespace: config.accountsNamespace,
    transport,
    kubeMetrics,
    clock,
    log,
  });
  const webhooks = createWebhooks({
    config,
    jobs,
    accounts,
    transport,
    nats,
    pictureStore: platform.pictureStore,
    metrics,
  });
  const workerServices = await createWorkerServices({
    config,
    jobs,
    accounts,
    transport,
    nats,
    objectStore,
    conditionalWrites,
    metrics,
  });
  const clusterRanges =
    config.clusterRanges && createClusterRanges({ ...shared, settings: config.clusterRanges });
  const workerConnections = createWorkerConnections({ ...shared, nats, metrics });
  return { jobs, pools, accounts, webhooks, workerServices, workerConnections, clusterRanges };
}

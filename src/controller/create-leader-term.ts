import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";
import { createAccountController } from "./accounts/create-account-controller.ts";
import type { ControllerConfig } from "./config.ts";
import type { Features } from "./create-replica-services.ts";
import type { Platform } from "./create-platform.ts";
import { createQueues } from "./create-queues.ts";
import type { Queues } from "./create-queues.ts";
import { createJobController } from "./jobs/create-job-controller.ts";
import { LeaderTerm } from "./leader-term.ts";
import type { Controllers } from "./leader-term.ts";
import type { ControllerMetrics } from "./metrics.ts";
import { NatsRepair } from "./nats-repair.ts";
import { createPoolController } from "./pools/create-pool-controller.ts";
import { StreamMonitor } from "./stream-monitor.ts";
import { createWebhookController } from "./webhooks/create-webhook-controller.ts";

interface CreateLeaderTermDependencies {
  config: ControllerConfig;
  features: Features;
  platform: Platform;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
}

/** What only the leader runs: the work queues, and a controller for each feature. */
export function createLeaderTerm(dependencies: CreateLeaderTermDependencies): LeaderTerm {
  const { config, features, platform, clock, log } = dependencies;
  const { jobs, pools, accounts } = features;
  const queues = createQueues({ metrics: platform.kubeMetrics, clock, log });
  const repair = new NatsRepair({ clock, log });
  return new LeaderTerm({
    jobs,
    pools,
    accounts,
    clusterRanges: features.clusterRanges?.writer,
    controllers: createControllers(dependencies, queues, repair),
    queues,
    repair,
    streamMonitor: new StreamMonitor({
      nats: platform.nats,
      repair,
      metrics: dependencies.metrics,
      clock,
      log,
    }),
    nats: platform.nats,
    objectStoreMonitor: platform.objectStoreMonitor,
    streamReplicas: config.streamReplicas,
    clock,
    log,
  });
}

function createControllers(
  dependencies: CreateLeaderTermDependencies,
  queues: Queues,
  repair: NatsRepair,
): Controllers {
  const { config, features, platform, metrics, clock, log } = dependencies;
  const { jobs, pools, accounts, webhooks } = features;
  const { transport, nats, publisher, objectStoreMonitor } = platform;
  const webhookController = createWebhookController({
    config,
    jobReader: jobs.reader,
    outcomeApplier: webhooks.outcomeApplier,
    repair,
    nats,
    publisher,
    metrics,
    clock,
    log,
  });
  const accountController = createAccountController({
    config,
    accounts,
    jobs: jobs.cache,
    pools: pools.directory,
    transport,
    nats,
    clock,
    log,
  });
  const jobController = createJobController({
    config,
    jobs,
    accounts,
    pools,
    outbox: webhookController.outbox,
    deliveryOutcomeApplier: webhooks.outcomeApplier,
    usage: accountController.quotaService,
    store: objectStoreMonitor,
    queues,
    repair,
    nats,
    publisher,
    metrics,
    clock,
    log,
  });
  const poolController = createPoolController({
    pools,
    jobs: jobs.cache,
    accounts: accounts.cache,
    dispatching: jobController.dispatching,
    store: objectStoreMonitor,
    queues,
    nats,
    clock,
    log,
  });
  return { webhookController, jobController, poolController, accountController };
}

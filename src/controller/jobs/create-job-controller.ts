import type { Nats } from "../../platform/nats/connection.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { ControllerConfig } from "../config.ts";
import type { Queues } from "../create-queues.ts";
import type { ControllerMetrics } from "../metrics.ts";
import type { NatsRepair } from "../nats-repair.ts";
import type { StoreAvailability } from "../object-store-monitor.ts";
import type { Accounts } from "../accounts/create-accounts.ts";
import type { QuotaService } from "../accounts/quota-service.ts";
import type { Pools } from "../pools/create-pools.ts";
import type { DeliveryOutbox } from "../webhooks/delivery-outbox.ts";
import type { DeliveryOutcomeApplier } from "../webhooks/delivery-outcome-applier.ts";
import { CaptureCanceller } from "./capture-canceller.ts";
import { createDispatching } from "./create-dispatching.ts";
import type { Dispatching } from "./create-dispatching.ts";
import type { Jobs } from "./create-jobs.ts";
import { JobDeleter } from "./job-deleter.ts";
import { JobReconciler } from "./job-reconciler.ts";
import { LiveJobLimiter } from "./live-job-limiter.ts";
import { RateLimiter } from "../../platform/process/rate-limiter.ts";
import { ResultListener } from "./result-listener.ts";

/** What plans jobs, dispatches them, applies their results and deletes them. Leader only. */
export interface JobController {
  dispatching: Dispatching;
  reconciler: JobReconciler;
  resultListener: ResultListener;
  jobDeleter: JobDeleter;
  liveJobLimiter: LiveJobLimiter;
}

interface JobControllerDependencies {
  config: ControllerConfig;
  jobs: Jobs;
  accounts: Accounts;
  pools: Pools;
  outbox: DeliveryOutbox;
  deliveryOutcomeApplier: DeliveryOutcomeApplier;
  usage: Pick<QuotaService, "isCounted">;
  store: StoreAvailability;
  queues: Queues;
  repair: NatsRepair;
  nats: Nats;
  publisher: Publisher;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
}

/** `Queued` and `Capturing` are written at most this often, over all jobs. */
const progressWritesPerSecond = 20;

export function createJobController(dependencies: JobControllerDependencies): JobController {
  const { config, jobs, accounts, pools, store, queues, repair } = dependencies;
  const { nats, publisher, metrics, clock, log } = dependencies;
  const dispatching = createDispatching({
    config,
    jobs,
    accounts,
    workers: pools.workers,
    store,
    queues,
    repair,
    nats,
    publisher,
    metrics,
    clock,
    log,
  });
  const jobDeleter = new JobDeleter({
    client: jobs.client,
    callRecorder: jobs.callRecorder,
    jobQueue: queues.jobs,
    metrics,
    clock,
    log,
  });
  return {
    dispatching,
    jobDeleter,
    reconciler: createReconciler(dependencies, dispatching, jobDeleter),
    resultListener: new ResultListener({
      nats,
      resultApplier: jobs.resultApplier,
      deliveryOutcomeApplier: dependencies.deliveryOutcomeApplier,
      outbox: dependencies.outbox,
      store,
      attemptKey: config.attemptKey,
      metrics,
      log,
    }),
    liveJobLimiter: new LiveJobLimiter({
      publisher,
      jobs: jobs.cache,
      jobDeleter,
      store,
      maxLiveJobs: config.maxLiveJobs,
      clock,
      log,
    }),
  };
}

function createReconciler(
  dependencies: JobControllerDependencies,
  { dispatchStates, companionJobs, dispatcher }: Dispatching,
  jobDeleter: JobDeleter,
): JobReconciler {
  const { jobs, pools, outbox, usage, store, nats, publisher, clock, log } = dependencies;
  return new JobReconciler({
    jobReader: jobs.reader,
    dispatchStates,
    companionJobs,
    dispatcher,
    pools: pools.directory,
    workers: pools.workers,
    outbox,
    jobDeleter,
    jobStatusWriter: jobs.jobStatusWriter,
    usage,
    store,
    captureCanceller: new CaptureCanceller({ nats, publisher, log }),
    progressLimiter: new RateLimiter({ perSecond: progressWritesPerSecond }),
    clock,
  });
}

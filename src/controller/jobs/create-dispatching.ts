import type { Nats } from "../../platform/nats/connection.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { AccountTargetsReader } from "../accounts/account-targets-reader.ts";
import type { Accounts } from "../accounts/create-accounts.ts";
import type { ControllerConfig } from "../config.ts";
import type { Queues } from "../create-queues.ts";
import type { ControllerMetrics } from "../metrics.ts";
import type { NatsRepair } from "../nats-repair.ts";
import type { StoreAvailability } from "../object-store-monitor.ts";
import type { WorkerRegistry } from "../pools/worker-registry.ts";
import type { Jobs } from "./create-jobs.ts";
import { CompanionJobs } from "./companion-jobs.ts";
import { DispatchStateStore } from "./dispatch-state-store.ts";
import { DispatchTracker } from "./dispatch-tracker.ts";
import { Dispatcher } from "./dispatcher.ts";
import { LostJobDetector } from "./lost-job-detector.ts";

/** What brings jobs to workers and keeps track of them there. Leader only. */
export interface Dispatching {
  dispatchStates: DispatchStateStore;
  companionJobs: CompanionJobs;
  dispatcher: Dispatcher;
  dispatchTracker: DispatchTracker;
  lostJobDetector: LostJobDetector;
}

interface DispatchingDependencies {
  config: ControllerConfig;
  jobs: Jobs;
  accounts: Accounts;
  workers: WorkerRegistry;
  store: StoreAvailability;
  queues: Queues;
  repair: NatsRepair;
  nats: Nats;
  publisher: Publisher;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
}

export function createDispatching(dependencies: DispatchingDependencies): Dispatching {
  const { config, jobs, accounts, workers, store, queues, repair, nats, publisher } = dependencies;
  const { metrics, clock, log } = dependencies;
  const dispatchStates = new DispatchStateStore();
  const companionJobs = new CompanionJobs({
    jobs: jobs.cache,
    jobReader: jobs.reader,
    proofs: jobs.proofs,
    dispatchStates,
    jobQueue: queues.jobs,
    clock,
  });
  const dispatcher = new Dispatcher({
    nats,
    publisher,
    dispatchStates,
    jobReader: jobs.reader,
    companionJobs,
    workers,
    store,
    keys: { attemptKey: config.attemptKey, proxyKey: config.proxyKey },
    proofs: jobs.proofs,
    operatorNamespace: config.operatorNamespace,
    accountTargets: new AccountTargetsReader(accounts, config.accountsNamespace),
    jobQueue: queues.jobs,
    poolQueue: queues.pools,
    repair,
    metrics,
    clock,
    log,
  });
  const dispatchTracker = new DispatchTracker({
    nats,
    jobs: jobs.cache,
    dispatchStates,
    dispatcher,
    workers,
    jobQueue: queues.jobs,
    clock,
  });
  const lostJobDetector = new LostJobDetector({
    nats,
    dispatchStates,
    workers,
    jobQueue: queues.jobs,
    metrics,
    clock,
    log,
  });
  return { dispatchStates, companionJobs, dispatcher, dispatchTracker, lostJobDetector };
}

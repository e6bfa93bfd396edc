import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { AccountCache } from "../accounts/account-cache.ts";
import type { Queues } from "../create-queues.ts";
import type { Dispatching } from "../jobs/create-dispatching.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import type { StoreAvailability } from "../object-store-monitor.ts";
import type { Pools } from "./create-pools.ts";
import { PoolConsumers } from "./pool-consumers.ts";
import { PoolEventHandler } from "./pool-event-handler.ts";
import { PoolReconciler } from "./pool-reconciler.ts";

/** What keeps pools as their resources say. Leader only. */
export interface PoolController {
  reconciler: PoolReconciler;
  consumers: PoolConsumers;
  eventHandler: PoolEventHandler;
}

interface PoolControllerDependencies {
  pools: Pools;
  jobs: JobCache;
  accounts: AccountCache;
  dispatching: Dispatching;
  store: StoreAvailability;
  queues: Queues;
  nats: Nats;
  clock: Clock;
  log: Logger;
}

export function createPoolController(dependencies: PoolControllerDependencies): PoolController {
  const { pools, jobs, accounts, dispatching, store, queues, nats, clock, log } = dependencies;
  const consumers = new PoolConsumers({ nats, pools: pools.cache });
  const reconciler = new PoolReconciler({
    pools: pools.cache,
    statusWriter: pools.statusWriter,
    workers: pools.workers,
    store,
    dispatchStates: dispatching.dispatchStates,
    dispatcher: dispatching.dispatcher,
    consumers,
    workloads: pools.managed?.workloads,
    clock,
    log,
  });
  const eventHandler = new PoolEventHandler({
    pools: pools.cache,
    jobs,
    accounts,
    jobQueue: queues.jobs,
    poolQueue: queues.pools,
    accountQueue: queues.accounts,
  });
  return { reconciler, consumers, eventHandler };
}

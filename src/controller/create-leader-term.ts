import type { BrowserPool, ScreenshotJob } from "../api/kinds/resource-types.ts";
import type { JobRecord } from "./jobs/job-record.ts";
import type { KubeMetrics } from "../platform/kube/kube-metrics.ts";
import type { Reflector } from "../platform/kube/reflector.ts";
import type { ResourceClient } from "../platform/kube/resource-client.ts";
import type { Namespace, Secret } from "../platform/kube/resources.ts";
import type { StatusWriter } from "../platform/kube/status-writer.ts";
import { WorkQueue } from "../platform/kube/work-queue.ts";
import type { Nats } from "../platform/nats/connection.ts";
import type { Publisher } from "../platform/nats/publisher.ts";
import type { ObjectStore } from "../platform/objects/store.ts";
import type { ProcessContext } from "../platform/process/process-context.ts";
import { QuotaService } from "./accounts/quota-service.ts";
import { AccountReconciler } from "./accounts/account-reconciler.ts";
import type { ControllerConfig } from "./config.ts";
import type { PoolFleetParts } from "./pools/create-pool-fleet.ts";
import { DeliveryOutbox } from "./webhooks/delivery-outbox.ts";
import type { DeliveryOutcomes } from "./webhooks/delivery-outcomes.ts";
import { Dispatcher } from "./jobs/dispatcher.ts";
import { Expiry } from "./jobs/expiry.ts";
import { DispatchStateStore } from "./jobs/dispatch-state-store.ts";
import { JobReconciler } from "./jobs/job-reconciler.ts";
import type { JobReader } from "./jobs/job-reader.ts";
import { LeaderTerm } from "./leader-term.ts";
import { LostDeliveries } from "./webhooks/lost-deliveries.ts";
import { LostJobs } from "./jobs/lost-jobs.ts";
import { registerPoolMetrics } from "./metrics.ts";
import type { ControllerMetrics } from "./metrics.ts";
import { PoolDirectory } from "./pools/pool-directory.ts";
import type { PoolRecord } from "./pools/pool-directory.ts";
import { PoolReconciler } from "./pools/pool-reconciler.ts";
import { RateLimiter } from "../platform/process/rate-limiter.ts";
import type { ResultApplier } from "./jobs/result-applier.ts";
import { createRecall } from "./jobs/recall.ts";
import { ResultListener } from "./jobs/result-listener.ts";
import type { StatusUpdates } from "./jobs/status-updates.ts";
import { SystemLoad } from "./jobs/system-load.ts";
import type { WatchedAccounts } from "./accounts/watched-accounts.ts";
import type { WorkerRegistry } from "./pools/worker-registry.ts";

/** What the leader shares with the part of the controller that every replica runs. */
export interface ReplicaParts {
  config: ControllerConfig;
  host: ProcessContext;
  kubeMetrics: KubeMetrics;
  metrics: ControllerMetrics;
  nats: Nats;
  publisher: Publisher;
  store: ObjectStore;
  jobs: Reflector<ScreenshotJob, JobRecord>;
  pools: Reflector<BrowserPool, PoolRecord>;
  accounts: WatchedAccounts;
  client: ResourceClient<ScreenshotJob>;
  secrets: ResourceClient<Secret>;
  namespaces: ResourceClient<Namespace>;
  poolWriter: StatusWriter<BrowserPool>;
  view: JobReader;
  updates: StatusUpdates;
  applier: ResultApplier;
  deliveryOutcomes: DeliveryOutcomes;
  workers: WorkerRegistry;
  pods: PoolFleetParts;
}

/** Writes of Queued and Capturing a second, over all jobs. */
const progressWritesPerSecond = 20;

/** Jobs come in crowds; a pool is looked at once for all that came within this time. */
const backlogPauseMilliseconds = 200;

/** The parts that only the leader runs. */
export function createLeaderTerm(parts: ReplicaParts): LeaderTerm {
  const { config, metrics, nats, publisher, client, jobs, pools } = parts;
  const { view, updates, applier, workers } = parts;
  const { fleet, deployments } = parts.pods;
  const { log, clock } = parts.host;
  const { attemptKey, proxyKey, operatorNamespace } = config;

  const memory = new DispatchStateStore();
  const dispatcher = new Dispatcher({
    ...{ nats, publisher, memory, view, workers, metrics, clock, log },
    keys: { attemptKey, proxyKey },
    lookAgain: (key) => jobQueue.add(key),
    onBacklog: (pool) =>
      poolQueue.addAfter(`${operatorNamespace}/${pool}`, backlogPauseMilliseconds),
    onTrouble: () => term.repair(),
  });
  const expiry = new Expiry({
    ...{ client, metrics, clock, log },
    lookAgainAfter: (key, delayMilliseconds) => jobQueue.addAfter(key, delayMilliseconds),
  });
  const lostJobs = new LostJobs({
    ...{ nats, memory, workers, metrics, clock, log },
    dispatchAgain(state) {
      memory.move(state, "Idle");
      jobQueue.add(state.key);
    },
  });
  const { outbox, lostDeliveries } = createDeliveries(parts, () => term.repair());
  const directory = new PoolDirectory(pools, operatorNamespace);
  const reconciler = new JobReconciler({
    ...{ view, memory, workers, dispatcher, outbox, expiry, updates, clock },
    recall: createRecall({ nats, publisher, log }),
    pools: directory,
    pace: new RateLimiter({ perSecond: progressWritesPerSecond }),
  });
  const poolReconciler = new PoolReconciler({
    ...{ pools, workers, memory, dispatcher, nats, fleet, clock, log },
    writer: parts.poolWriter,
  });
  const { accounts } = parts;
  const accountReconciler = new AccountReconciler({ ...parts, pools: directory, clock, log });
  const queues = createQueues(parts, { reconciler, poolReconciler, accountReconciler });
  const { jobQueue, poolQueue } = queues;
  const { deliveryOutcomes } = parts;
  const listener = new ResultListener({
    ...{ nats, applier, deliveryOutcomes, attemptKey, metrics, log },
  });
  const term = new LeaderTerm({
    accountDesk: new QuotaService({ nats, jobs, accounts, clock, log }),
    systemLoad: new SystemLoad({
      ...{ publisher, jobs, expiry, clock, log },
      maxLiveJobs: config.maxLiveJobs,
    }),
    ...{ jobs, pools, deployments, ...queues, nats, memory, workers, dispatcher },
    ...{ accounts: accounts.watch, streamReplicas: config.streamReplicas },
    ...{ applier, listener, poolReconciler, lostJobs, outbox, lostDeliveries, expiry, clock, log },
  });
  // Only the leader tells, so that a sum over replicas is right.
  registerPoolMetrics(parts.host.metrics, () => (term.isLeading ? poolReconciler.numbers() : []));
  return term;
}

function createQueues(
  { host: { clock, log }, kubeMetrics: metrics }: ReplicaParts,
  reconcilers: {
    reconciler: JobReconciler;
    poolReconciler: PoolReconciler;
    accountReconciler: AccountReconciler;
  },
) {
  const jobQueue = new WorkQueue({
    ...{ clock, log, metrics },
    name: "jobs",
    process: (key, signal) => reconcilers.reconciler.reconcile(key, signal),
  });
  const poolQueue = new WorkQueue({
    ...{ clock, log, metrics },
    name: "pools",
    concurrency: 2,
    process: (key, signal) => reconcilers.poolReconciler.reconcile(key, signal),
  });
  const accountQueue = new WorkQueue({
    ...{ clock, log, metrics },
    name: "accounts",
    concurrency: 2,
    process: (key, signal) => reconcilers.accountReconciler.reconcile(key, signal),
  });
  return { jobQueue, poolQueue, accountQueue };
}

/** The webhooks of finished jobs. */
function createDeliveries(parts: ReplicaParts, onTrouble: () => void) {
  const { nats, publisher, view, metrics, deliveryOutcomes: outcomes } = parts;
  const { attemptKey, proxyKey, webhooks } = parts.config;
  const { log, clock } = parts.host;
  const outbox = new DeliveryOutbox({
    ...{ publisher, view, metrics, clock, log, onTrouble },
    keys: { attemptKey, proxyKey, webhooks },
  });
  const { horizonSeconds } = webhooks;
  const lostDeliveries = new LostDeliveries({
    ...{ nats, outbox, outcomes, metrics, clock, log, horizonSeconds },
  });
  return { outbox, lostDeliveries };
}

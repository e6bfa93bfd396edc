import type { JobPriority } from "../api/kinds/job-priority.ts";
import { keyOf } from "../platform/kube/object-key.ts";
import type { Nats } from "../platform/nats/connection.ts";
import { ensureStreams } from "../platform/nats/streams.ts";
import { resultAckWaitSeconds } from "../platform/nats/stream-shapes.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { AccountController } from "./accounts/create-account-controller.ts";
import type { Accounts } from "./accounts/create-accounts.ts";
import type { ClusterRangesWriter } from "./cluster/cluster-ranges-writer.ts";
import type { Queues } from "./create-queues.ts";
import type { JobController } from "./jobs/create-job-controller.ts";
import type { Jobs } from "./jobs/create-jobs.ts";
import { awaitDrainedResults } from "./jobs/drained-results.ts";
import type { NatsRepair } from "./nats-repair.ts";
import type { ObjectStoreMonitor } from "./object-store-monitor.ts";
import type { PoolController } from "./pools/create-pool-controller.ts";
import type { PoolNumbers } from "./pools/pool-metrics.ts";
import type { Pools } from "./pools/create-pools.ts";
import { SpecChanges } from "./spec-changes.ts";
import type { StreamMonitor } from "./stream-monitor.ts";
import type { WebhookController } from "./webhooks/create-webhook-controller.ts";

/** What only the leader runs, by feature. */
export interface Controllers {
  jobController: JobController;
  poolController: PoolController;
  accountController: AccountController;
  webhookController: WebhookController;
}

interface LeaderTermDependencies {
  jobs: Jobs;
  pools: Pools;
  accounts: Accounts;
  /** Undefined where nobody is to be told of the cluster's addresses. */
  clusterRanges: ClusterRangesWriter | undefined;
  controllers: Controllers;
  queues: Queues;
  repair: NatsRepair;
  streamMonitor: StreamMonitor;
  nats: Nats;
  objectStoreMonitor: ObjectStoreMonitor;
  /** How many servers of a NATS cluster keep each stream. */
  streamReplicas: number;
  clock: Clock;
  log: Logger;
}

/** Three ack waits of a result whose controller died; after that, dispatching begins without the results that remain. */
const drainLimitMilliseconds = 3 * resultAckWaitSeconds * 1000;
const pauseAfterFailureMilliseconds = 1_000;
/** A restart of NATS takes less; after that, what needs only the API server begins without it. */
const natsPatienceMilliseconds = 10_000;
const natsCheckMilliseconds = 500;

/**
 * What a replica does while it leads. The order of `run` is the only one that neither loses a job nor captures one twice:
 * sync the caches, apply every result on STILLS_RESULTS, list STILLS_CAPTURES, then dispatch. While NATS is away, cancellations, deadlines,
 * expiry and admission go on, and only the dispatching waits.
 */
export class LeaderTerm {
  readonly #dependencies: LeaderTermDependencies;
  #signal = AbortSignal.abort();

  constructor(dependencies: LeaderTermDependencies) {
    this.#dependencies = dependencies;
  }

  /** The figures of the pools for metrics; none while another replica leads. */
  poolNumbers(): PoolNumbers[] {
    if (this.#signal.aborted) return [];
    return this.#dependencies.controllers.poolController.reconciler.numbers();
  }

  /** How long the oldest job of each class has waited, in seconds; none while another replica leads. */
  longestWaits(): (readonly [JobPriority, number])[] {
    if (this.#signal.aborted) return [];
    return this.#dependencies.controllers.jobController.dispatching.dispatcher.longestWaits();
  }

  /** Leads until the signal ends it; resolves when everything it began has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const { jobs, pools, controllers, repair, log } = this.#dependencies;
    const { dispatching } = controllers.jobController;
    const { outbox } = controllers.webhookController;
    this.#signal = signal;
    const ended = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => ended.resolve(), { once: true });
    const unsubscribe = this.#subscribe();
    const { clusterRanges, streamMonitor } = this.#dependencies;
    // A stream that cannot be written may be why the rest does not begin.
    const loops = [repair.run(() => this.#repairNATS(), signal), streamMonitor.run(signal)];
    // Needs nothing else, and pages may be under way.
    if (clusterRanges !== undefined) loops.push(clusterRanges.run(signal));
    let takenOver = Promise.resolve();
    try {
      await Promise.race([Promise.all([jobs.cache.synced, pools.cache.synced]), ended.promise]);
      takenOver = this.#takeOver(loops, signal);
      await Promise.race([takenOver, this.#untilNatsStaysAway(signal)]);
      if (signal.aborted) return;
      const unfinished = dispatching.dispatchStates.size;
      log.info({ jobs: jobs.cache.size, unfinished }, "Leading");
      this.#enqueueAll();
      this.#startQueues();
      loops.push(...this.#startLoops(signal));
      // Deadlines for the start of a job wait for this.
      if (!dispatching.dispatcher.hasBegun)
        loops.push(takenOver.then(() => (signal.aborted ? undefined : this.#enqueueAll())));
      await ended.promise;
    } finally {
      unsubscribe();
      await this.#stopQueues();
      await takenOver;
      await Promise.allSettled([...loops, dispatching.dispatcher.settle(), outbox.settle()]);
    }
  }

  /** Learns what is on NATS, then dispatches. Adds what it starts to the loops. */
  async #takeOver(loops: Promise<void>[], signal: AbortSignal): Promise<void> {
    const { jobController, webhookController, accountController } = this.#dependencies.controllers;
    const { dispatching, resultListener } = jobController;
    await this.#untilDone("prepare NATS", () => this.#prepareNATS(), signal);
    if (signal.aborted) return;
    loops.push(resultListener.run(signal));
    await this.#untilDone("drain results", () => this.#drainResults(signal), signal);
    await this.#untilDone("list captures", () => dispatching.dispatchTracker.restore(), signal);
    if (signal.aborted) return;
    dispatching.dispatcher.begin(signal);
    webhookController.outbox.begin(signal);
    loops.push(
      accountController.quotaService.serve(signal),
      dispatching.lostJobDetector.run(signal),
      webhookController.lostDeliveryDetector.run(signal),
    );
  }

  /** Resolves when NATS has been away for longer than a restart takes, or the term ends. */
  async #untilNatsStaysAway(signal: AbortSignal): Promise<void> {
    const { nats, clock, log } = this.#dependencies;
    let awaySince: number | undefined;
    while (!signal.aborted) {
      const now = clock.monotonicMilliseconds();
      awaySince = nats.isConnected ? undefined : (awaySince ?? now);
      if (now - (awaySince ?? now) >= natsPatienceMilliseconds) {
        log.warn({ cause: nats.problem }, "Leading without NATS; nothing is dispatched");
        return;
      }
      await clock.sleep(natsCheckMilliseconds, signal).catch(() => undefined);
    }
  }

  /** Every event that the leader reacts to. Returns the function that ends the subscriptions. */
  #subscribe(): () => void {
    const { jobs, pools, accounts, controllers, queues, repair, nats } = this.#dependencies;
    const { dispatchTracker, dispatcher } = controllers.jobController.dispatching;
    const { eventHandler } = controllers.poolController;
    const accountSpecs = new SpecChanges();
    const subscriptions = [
      jobs.cache.onChange((key) => queues.jobs.add(key)),
      jobs.resultApplier.subscribe(dispatchTracker),
      pools.cache.onChange((key, change) => eventHandler.poolChanged(key, change)),
      pools.managed?.deployments.onChange((key, { record }) =>
        eventHandler.deploymentChanged(key, record),
      ),
      pools.workers.onChange((pool, pickedUp) => dispatchTracker.workersChanged(pool, pickedUp)),
      accounts.cache.onChange((key, change) => {
        if (accountSpecs.isNew(key, change)) queues.accounts.add(key);
      }),
      nats.onReconnect(() => repair.request()),
      this.#dependencies.objectStoreMonitor.onChange(() => {
        dispatcher.pumpAll();
        for (const [key] of pools.cache.entries()) queues.pools.add(key);
      }),
    ];
    return () => {
      for (const unsubscribe of subscriptions) unsubscribe?.();
    };
  }

  #startQueues(): void {
    const { controllers, queues } = this.#dependencies;
    const { jobController, poolController, accountController } = controllers;
    queues.jobs.start((key, signal) => jobController.reconciler.reconcile(key, signal));
    queues.pools.start((key, signal) => poolController.reconciler.reconcile(key, signal));
    queues.accounts.start((key, signal) => accountController.reconciler.reconcile(key, signal));
  }

  async #stopQueues(): Promise<void> {
    const { jobs, pools, accounts } = this.#dependencies.queues;
    await Promise.allSettled([jobs.stop(), pools.stop(), accounts.stop()]);
  }

  #startLoops(signal: AbortSignal): Promise<void>[] {
    const { jobController, accountController } = this.#dependencies.controllers;
    return [
      jobController.jobDeleter.run(signal),
      accountController.quotaService.run(signal),
      jobController.liveJobLimiter.run(signal),
    ];
  }

  /** Creates what the leader needs on NATS, and has all workers announce themselves. */
  async #prepareNATS(): Promise<void> {
    const { nats, pools, controllers, streamReplicas } = this.#dependencies;
    await ensureStreams(nats, { replicas: streamReplicas });
    await controllers.poolController.consumers.ensureAll();
    pools.workers.requestAnnouncements();
  }

  /** NATS may have come back without its disk: creates streams and consumers again, and searches for what was on them. */
  async #repairNATS(): Promise<void> {
    const { jobController, poolController, webhookController } = this.#dependencies.controllers;
    poolController.consumers.forgetAll();
    await this.#prepareNATS();
    jobController.dispatching.lostJobDetector.trigger();
    webhookController.lostDeliveryDetector.trigger();
  }

  /** Has every result that is on the stream now applied; a job whose result waits there would be captured twice. */
  async #drainResults(signal: AbortSignal): Promise<void> {
    const { nats, clock, log } = this.#dependencies;
    if (!(await awaitDrainedResults({ nats, clock }, drainLimitMilliseconds, signal)))
      log.warn({}, "Could not apply all results in time; dispatching anyway");
  }

  /** The oldest job first; the cache is in the order of names. */
  #enqueueAll(): void {
    const { jobs, pools, accounts, queues } = this.#dependencies;
    for (const [key] of accounts.cache.entries()) queues.accounts.add(key);
    const records = [...jobs.cache.records()];
    records.sort((left, right) => left.createdMilliseconds - right.createdMilliseconds);
    for (const record of records) queues.jobs.add(keyOf(record));
    for (const [key] of pools.cache.entries()) queues.pools.add(key);
  }

  async #untilDone(step: string, work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { nats, clock, log } = this.#dependencies;
    while (!signal.aborted) {
      try {
        await work();
        return;
      } catch (err) {
        if (signal.aborted) return;
        // Without a connection it is the connection that says so.
        if (nats.isConnected) log.warn({ err, step }, "Could not begin to lead; trying again");
        await clock.sleep(pauseAfterFailureMilliseconds, signal).catch(() => undefined);
      }
    }
  }
}

import { streams, subjects } from "../api/messages/subjects.ts";
import type { Account, BrowserPool, ScreenshotJob } from "../api/kinds/resource-types.ts";
import { isFinished } from "./jobs/job-record.ts";
import type { JobRecord } from "./jobs/job-record.ts";
import { keyOf, nameOfKey } from "../platform/kube/object-key.ts";
import type { ObjectKey } from "../platform/kube/object-key.ts";
import type { Deployment } from "../platform/kube/resources.ts";
import type { Reflector } from "../platform/kube/reflector.ts";
import type { WorkQueue } from "../platform/kube/work-queue.ts";
import type { Nats } from "../platform/nats/connection.ts";
import {
  capturesOnStream,
  ensureStreams,
  resultAckWaitSeconds,
  resultsDrained,
  resultsOnStream,
  streamState,
} from "../platform/nats/streams.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { QuotaService } from "./accounts/quota-service.ts";
import type { DeliveryOutbox } from "./webhooks/delivery-outbox.ts";
import type { Dispatcher } from "./jobs/dispatcher.ts";
import type { Expiry } from "./jobs/expiry.ts";
import type { DispatchStateStore } from "./jobs/dispatch-state-store.ts";
import type { LostDeliveries } from "./webhooks/lost-deliveries.ts";
import type { LostJobs } from "./jobs/lost-jobs.ts";
import type { DeploymentRecord } from "./pools/pool-deployments.ts";
import type { PoolRecord } from "./pools/pool-directory.ts";
import type { PoolReconciler } from "./pools/pool-reconciler.ts";
import type { ResultApplier } from "./jobs/result-applier.ts";
import type { ResultListener } from "./jobs/result-listener.ts";
import type { SystemLoad } from "./jobs/system-load.ts";
import type { AccountRecord } from "./accounts/watched-accounts.ts";
import type { WorkerRegistry } from "./pools/worker-registry.ts";

export interface LeaderTermParts {
  jobs: Reflector<ScreenshotJob, JobRecord>;
  pools: Reflector<BrowserPool, PoolRecord>;
  /** Those of pools, where the controller keeps any. */
  deployments: Reflector<Deployment, DeploymentRecord> | undefined;
  jobQueue: WorkQueue;
  poolQueue: WorkQueue;
  accounts: Reflector<Account, AccountRecord>;
  accountQueue: WorkQueue;
  nats: Nats;
  memory: DispatchStateStore;
  workers: WorkerRegistry;
  dispatcher: Dispatcher;
  applier: ResultApplier;
  listener: ResultListener;
  poolReconciler: PoolReconciler;
  lostJobs: LostJobs;
  outbox: DeliveryOutbox;
  lostDeliveries: LostDeliveries;
  expiry: Expiry;
  accountDesk: QuotaService;
  /** How many servers of a NATS cluster keep each stream. */
  streamReplicas: number;
  systemLoad: SystemLoad;
  clock: Clock;
  log: Logger;
}

/** Three times as long as a result stays with a controller that died: then dispatching goes on without what could not be applied. */
const drainLimitMilliseconds = 3 * resultAckWaitSeconds * 1000;
const drainPollMilliseconds = 100;
const pauseAfterTroubleMilliseconds = 1_000;

/** What a replica does while it leads, begun in the one order that neither loses a job nor captures one twice. */
export class LeaderTerm {
  readonly #parts: LeaderTermParts;
  readonly #poolVersions = new Map<string, string>();
  #signal = AbortSignal.abort();
  #repairWanted = false;
  #repairing: Promise<void> | undefined;

  constructor(parts: LeaderTermParts) {
    this.#parts = parts;
  }

  get isLeading(): boolean {
    return !this.#signal.aborted;
  }

  /** Leads until the signal ends it; resolves when everything it began has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const { jobs, pools, dispatcher, outbox, log } = this.#parts;
    const queues = [this.#parts.jobQueue, this.#parts.poolQueue, this.#parts.accountQueue];
    const { lostJobs, lostDeliveries, expiry, accountDesk, systemLoad } = this.#parts;
    this.#signal = signal;
    const ended = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => ended.resolve(), { once: true });
    const unobserve = this.#observe();
    const loops: Promise<void>[] = [];
    try {
      await Promise.race([Promise.all([jobs.synced, pools.synced]), ended.promise]);
      await this.#untilDone("prepare NATS", () => this.#prepare(), signal);
      loops.push(this.#parts.listener.run(signal));
      await this.#untilDone("drain results", () => this.#drainResults(signal), signal);
      await this.#untilDone("list captures", () => this.#adoptCaptures(), signal);
      if (signal.aborted) return;
      log.info({ jobs: jobs.size, unfinished: this.#parts.memory.size }, "Leading");
      this.#enqueueAll();
      dispatcher.begin(signal);
      outbox.begin(signal);
      await Promise.all(queues.map((queue) => queue.start(signal)));
      loops.push(lostJobs.run(signal), lostDeliveries.run(signal), expiry.run(signal));
      loops.push(accountDesk.run(signal), systemLoad.run(signal));
      await ended.promise;
    } finally {
      unobserve();
      await Promise.allSettled(queues.map((queue) => queue.stop()));
      await Promise.allSettled([...loops, dispatcher.settle(), outbox.settle(), this.#repairing]);
    }
  }

  /**
   * Something seems to be missing on NATS: streams and consumers are made again, then lost jobs are looked for. Returns at
   * once; asked for again while it goes on, it is done once more.
   */
  repair(): void {
    this.#repairWanted = true;
    this.#repairing ??= this.#repairWhileWanted().finally(() => {
      this.#repairing = undefined;
    });
  }

  async #repairWhileWanted(): Promise<void> {
    const { poolReconciler, lostJobs, lostDeliveries, clock, log } = this.#parts;
    while (this.#repairWanted && !this.#signal.aborted) {
      this.#repairWanted = false;
      try {
        poolReconciler.forgetConsumers();
        await this.#prepare();
        lostJobs.lookNow();
        lostDeliveries.lookNow();
      } catch (err) {
        this.#repairWanted = true;
        if (!this.#signal.aborted) log.warn({ err }, "Could not set up NATS again");
      }
      // Trouble comes in crowds; once a second is enough.
      await clock.sleep(pauseAfterTroubleMilliseconds, this.#signal).catch(() => undefined);
    }
  }

  async #prepare(): Promise<void> {
    const { nats, poolReconciler, workers, streamReplicas } = this.#parts;
    await ensureStreams(nats, { replicas: streamReplicas });
    await poolReconciler.ensureConsumers();
    workers.callRoll();
  }

  /** Every result that is on the stream now is applied before anything is dispatched, or a job might be captured twice. */
  async #drainResults(signal: AbortSignal): Promise<void> {
    const { nats, clock, log } = this.#parts;
    const { lastSequence } = await streamState(nats, streams.results);
    const endsAt = clock.monotonicMilliseconds() + drainLimitMilliseconds;
    while (!(await resultsDrained(nats, lastSequence))) {
      if (clock.monotonicMilliseconds() > endsAt) {
        log.warn({ lastSequence }, "Could not apply all results in time; dispatching all the same");
        return;
      }
      await clock.sleep(drainPollMilliseconds, signal);
    }
  }

  /** What is on a stream, or in a worker's hands, was dispatched by an earlier leader. */
  async #adoptCaptures(): Promise<void> {
    const { nats, jobs, memory, workers, clock } = this.#parts;
    const captures = (await capturesOnStream(nats)).subjects;
    const results = (await resultsOnStream(nats)).subjects;
    for (const record of jobs.records()) {
      if (isFinished(record)) continue;
      const isHeld = workers.holds(record.uid);
      const isOut =
        captures.has(subjects.capture(record.pool, record.uid)) ||
        results.has(subjects.result(record.uid));
      if (!isHeld && !isOut) continue;
      const state = memory.of(record);
      state.taken ||= isHeld;
      state.dispatchedAtMilliseconds = clock.monotonicMilliseconds();
      memory.move(state, "Dispatched");
    }
  }

  /** The oldest first: the cache is in the order of names. */
  #enqueueAll(): void {
    const { jobs, pools, jobQueue, poolQueue } = this.#parts;
    this.#enqueueAccounts();
    const records = [...jobs.records()];
    records.sort((left, right) => left.createdMilliseconds - right.createdMilliseconds);
    for (const record of records) jobQueue.add(keyOf(record));
    for (const [key] of pools.entries()) poolQueue.add(key);
  }

  #enqueueAccounts(): void {
    for (const [key] of this.#parts.accounts.entries()) this.#parts.accountQueue.add(key);
  }

  #observe(): () => void {
    const { jobs, pools, accounts, jobQueue, accountQueue, nats, workers, applier } = this.#parts;
    applier.observe({
      finished: (record) => this.#release(record),
      retrying: (record, until) => this.#putBack(record, until),
      returned: (record) => this.#takeBack(record),
      refused: (record) => this.#setAside(record),
    });
    const ends = [
      jobs.onChange((key) => jobQueue.add(key)),
      pools.onChange((key, change) => this.#poolChanged(key, change)),
      accounts.onChange((key) => accountQueue.add(key)),
      this.#observeDeployments(),
      workers.onChange((pool, taken) => this.#workersChanged(pool, taken)),
      nats.onReconnect(() => this.repair()),
    ];
    return () => {
      applier.observe(undefined);
      for (const end of ends) end();
    };
  }

  #observeDeployments(): () => void {
    const { deployments, pools, poolQueue } = this.#parts;
    const end = deployments?.onChange((key, { record }) => {
      const poolKey = record.pool === undefined ? undefined : keyBeside(key, record.pool);
      if (poolKey !== undefined && pools.get(poolKey) !== undefined) poolQueue.add(poolKey);
    });
    return end ?? (() => undefined);
  }

  #poolChanged(key: string, change: { kind: "Set" | "Deleted"; record: PoolRecord }): void {
    const { jobs, jobQueue, poolQueue } = this.#parts;
    poolQueue.add(key);
    const version = change.kind === "Deleted" ? "" : versionOf(change.record);
    // Our own status writes change nothing for its jobs, and there may be many.
    if (this.#poolVersions.get(key) === version) return;
    this.#poolVersions.set(key, version);
    this.#enqueueAccounts();
    // They may be allowed now, or no longer.
    for (const record of jobs.records())
      if (record.pool === change.record.name && !isFinished(record)) jobQueue.add(keyOf(record));
  }

  #workersChanged(pool: string, taken: readonly string[]): void {
    const { memory, dispatcher } = this.#parts;
    for (const uid of taken) {
      const state = memory.findByUID(uid);
      if (state !== undefined) state.taken = true;
    }
    dispatcher.pump(pool);
  }

  #release(record: JobRecord): void {
    const { memory, dispatcher } = this.#parts;
    const state = memory.findByUID(record.uid);
    if (state === undefined) return;
    dispatcher.withdraw(state);
    memory.forget(state);
    dispatcher.pump(record.pool);
  }

  #putBack(record: JobRecord, backoffUntilMilliseconds: number): void {
    const { memory, dispatcher, jobQueue } = this.#parts;
    const state = memory.of(record);
    dispatcher.withdraw(state);
    state.taken = true;
    state.backoffUntilMilliseconds = backoffUntilMilliseconds;
    memory.move(state, "Idle");
    jobQueue.add(state.key);
    dispatcher.pump(record.pool);
  }

  /** A draining worker returned it: the same attempt goes to another, and does not count. */
  #takeBack(record: JobRecord): void {
    const state = this.#parts.memory.of(record);
    if (state.hand === "Pending") return;
    state.returned = true;
    this.#putBack(record, 0);
  }

  /** Its status cannot be written; captured again it would be refused again. Left alone until somebody changes it. */
  #setAside(record: JobRecord): void {
    const { memory, dispatcher } = this.#parts;
    const state = memory.of(record);
    dispatcher.withdraw(state);
    state.refusedResourceVersion = record.resourceVersion;
    memory.move(state, "Idle");
    dispatcher.pump(record.pool);
  }

  async #untilDone(what: string, work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await work();
        return;
      } catch (err) {
        if (signal.aborted) return;
        this.#parts.log.warn({ err, step: what }, "Could not begin to lead; trying again");
        await this.#parts.clock.sleep(pauseAfterTroubleMilliseconds, signal).catch(() => undefined);
      }
    }
  }
}

/** The key of an object in the same namespace. */
function keyBeside(key: ObjectKey, name: string): ObjectKey {
  return keyOf({ ...nameOfKey(key), name });
}

function versionOf(pool: PoolRecord): string {
  return `${pool.uid} ${pool.generation}`;
}

import type { BrowserPool, BrowserPoolStatus, Condition } from "../../api/kinds/resource-types.ts";
import { sameConditions, withCondition } from "../conditions.ts";
import { poolReadiness } from "./pool-readiness-policy.ts";
import { figuresEveryMilliseconds, statusWriteDelay } from "./pool-status-schedule.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";
import { keyOf, nameOfKey } from "../../platform/kube/object-key.ts";
import type { StatusWriter } from "../../platform/kube/status-writer.ts";
import type { WorkOutcome } from "../../platform/kube/work-queue.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { Dispatcher } from "../jobs/dispatcher.ts";
import type { DispatchStateStore } from "../jobs/dispatch-state-store.ts";
import type { StoreAvailability } from "../object-store-monitor.ts";
import type { PoolNumbers } from "./pool-metrics.ts";
import type { PoolCache } from "./pool-cache.ts";
import type { PoolConsumers } from "./pool-consumers.ts";
import type { PoolRecord } from "./pool-record.ts";
import type { PoolWorkloads, WorkloadStatus } from "./pool-workloads.ts";
import type { WorkerRegistry, WorkerSummary } from "./worker-registry.ts";

interface PoolReconcilerDependencies {
  pools: PoolCache;
  statusWriter: StatusWriter<BrowserPool>;
  workers: WorkerRegistry;
  store: StoreAvailability;
  dispatchStates: DispatchStateStore;
  dispatcher: Dispatcher;
  consumers: PoolConsumers;
  /** Undefined where the controller manages no pods. */
  workloads: PoolWorkloads | undefined;
  clock: Clock;
  log: Logger;
}

/** A pool's workers and its jobs. */
interface PoolLoad {
  workers: WorkerSummary;
  unfinishedJobs: number;
  queuedJobs: number;
  oldestQueuedSeconds: number;
}

/** The cache does not show the last write yet. */
const staleCacheMilliseconds = 500;

/** Reconciles a BrowserPool: its consumer on STILLS_CAPTURES, its pods and its status. Leader only. */
export class PoolReconciler {
  readonly #dependencies: PoolReconcilerDependencies;
  /** When this leader wrote the status of a pool, monotonic. */
  readonly #writtenAt = new Map<ObjectKey, number>();

  constructor(dependencies: PoolReconcilerDependencies) {
    this.#dependencies = dependencies;
  }

  async reconcile(key: ObjectKey, signal: AbortSignal): Promise<WorkOutcome> {
    const { pools, consumers, workloads } = this.#dependencies;
    const record = pools.get(key);
    if (record === undefined) {
      await consumers.delete(key);
      workloads?.forget(nameOfKey(key).name);
      this.#writtenAt.delete(key);
      return {};
    }
    await consumers.ensure(key);
    const load = this.#loadOf(record.name);
    const workload = record.deleting ? undefined : await workloads?.reconcile(record, load, signal);
    const pause = await this.#writeChanges(record, load, workload, signal);
    return {
      requeueAfterMilliseconds: Math.min(
        pause,
        workload?.requeueAfterMilliseconds ?? figuresEveryMilliseconds,
      ),
    };
  }

  /** Writes the status if it has changed and its pace allows it. Returns when to look again. */
  async #writeChanges(
    record: PoolRecord,
    load: PoolLoad,
    workload: WorkloadStatus | undefined,
    signal: AbortSignal,
  ): Promise<number> {
    const { statusWriter } = this.#dependencies;
    if (!statusWriter.isCurrent(record.uid, record.resourceVersion)) return staleCacheMilliseconds;
    const status = this.#changedStatus(record, load, workload);
    if (status === undefined) return figuresEveryMilliseconds;
    const delay = this.#writeDelay(record, status);
    if (delay > 0) return delay;
    await this.#write(record, status, signal);
    return figuresEveryMilliseconds;
  }

  #writeDelay(record: PoolRecord, status: BrowserPoolStatus): number {
    const readyIn = (conditions: readonly Condition[]) =>
      conditions
        .filter(({ type }) => type === "Ready")
        .map(({ status: isReady, reason, observedGeneration }) =>
          [isReady, reason, observedGeneration].join(" "),
        )
        .join();
    const change = {
      writtenAtMilliseconds: this.#writtenAt.get(keyOf(record)),
      isUrgent: readyIn(record.conditions) !== readyIn(status.conditions ?? []),
    };
    return statusWriteDelay(change, this.#dependencies.clock.monotonicMilliseconds());
  }

  /** The figures of every pool, for metrics. */
  numbers(): PoolNumbers[] {
    const { pools, workloads } = this.#dependencies;
    return [...pools.records()].map(({ name }) => {
      const { workers, queuedJobs, oldestQueuedSeconds } = this.#loadOf(name);
      const workload = workloads?.statusOf(name);
      return {
        name,
        slots: workers.slots,
        busySlots: workers.busySlots,
        queuedJobs,
        oldestQueuedSeconds,
        desiredReplicas: workload?.desiredReplicas,
        replicas: workload?.replicas,
        readyReplicas: workload?.readyReplicas,
      };
    });
  }

  /** Undefined when the status is up to date. */
  #changedStatus(
    record: PoolRecord,
    load: PoolLoad,
    workload: WorkloadStatus | undefined,
  ): BrowserPoolStatus | undefined {
    const { workers, queuedJobs, oldestQueuedSeconds } = load;
    const numbers: Partial<PoolRecord["status"]> = {
      replicas: workload?.replicas ?? workers.workers,
      readyReplicas: workload?.readyReplicas ?? workers.readyWorkers,
      ...(workload !== undefined && { selector: workload.selector }),
      slots: workers.slots,
      busySlots: workers.busySlots,
      queuedJobs,
      oldestQueuedSeconds,
    };
    const readiness = poolReadiness({
      slots: workers.slots,
      storeIsAway: this.#dependencies.store.isAway,
      queuedJobs,
      pods: workload,
      sandboxOff: workers.sandboxOff,
      workerProblem: workers.problem,
    });
    const condition = { type: "Ready", observedGeneration: record.generation, ...readiness };
    const conditions = withCondition(record.conditions, condition, this.#dependencies.clock.now());
    const isSame =
      Object.entries(numbers).every(
        ([name, value]) => record.status[name as keyof typeof numbers] === value,
      ) && sameConditions(conditions, record.conditions);
    return isSame
      ? undefined
      : ({ observedGeneration: record.generation, ...numbers, conditions } as BrowserPoolStatus);
  }

  #loadOf(pool: string): PoolLoad {
    const { workers, dispatcher, dispatchStates, clock } = this.#dependencies;
    const summary = workers.summaryOf(pool);
    const pending = dispatcher.pendingOf(pool);
    const dispatched = dispatchStates.slotTakers(pool).length;
    const oldest = dispatcher.oldestPendingMilliseconds(pool);
    return {
      workers: summary,
      unfinishedJobs: pending + dispatched,
      // Pending jobs, and dispatched ones that no worker has picked up.
      queuedJobs: pending + Math.max(0, dispatched - summary.busySlots),
      oldestQueuedSeconds:
        oldest === undefined ? 0 : Math.max(0, Math.floor((clock.now() - oldest) / 1000)),
    };
  }

  async #write(record: PoolRecord, status: BrowserPoolStatus, signal: AbortSignal): Promise<void> {
    const { statusWriter, clock, log } = this.#dependencies;
    this.#writtenAt.set(keyOf(record), clock.monotonicMilliseconds());
    const written = await statusWriter.write(record, record.resourceVersion, status, signal);
    if (written.kind === "Refused")
      log.error(
        { browserPool: record.name, cause: written.message },
        "The API server refused the status of a BrowserPool; its CRD does not fit this controller",
      );
  }
}

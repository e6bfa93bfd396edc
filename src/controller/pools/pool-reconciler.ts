import type { BrowserPool, BrowserPoolStatus } from "../../api/kinds/resource-types.ts";
import { sameConditions, withCondition } from "../conditions.ts";
import { poolReadiness } from "./pool-readiness.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";
import { nameOfKey } from "../../platform/kube/object-key.ts";
import type { Reflector } from "../../platform/kube/reflector.ts";
import type { StatusWriter } from "../../platform/kube/status-writer.ts";
import type { WorkOutcome } from "../../platform/kube/work-queue.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { deleteCaptureConsumer, ensureCaptureConsumer } from "../../platform/nats/streams.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { Dispatcher } from "../jobs/dispatcher.ts";
import type { DispatchStateStore } from "../jobs/dispatch-state-store.ts";
import type { PoolNumbers } from "../metrics.ts";
import type { FleetView, PoolFleet } from "./pool-fleet.ts";
import type { PoolRecord } from "./pool-directory.ts";
import type { PoolWorkers, WorkerRegistry } from "./worker-registry.ts";

export interface PoolReconcilerParts {
  pools: Reflector<BrowserPool, PoolRecord>;
  writer: StatusWriter<BrowserPool>;
  workers: WorkerRegistry;
  memory: DispatchStateStore;
  dispatcher: Dispatcher;
  nats: Nats;
  /** Without it the controller manages no pods: somebody else starts the workers. */
  fleet: PoolFleet | undefined;
  clock: Clock;
  log: Logger;
}

/** What a pool has to do, and who does it. */
interface QueueView {
  found: PoolWorkers;
  slots: number;
  busySlots: number;
  unfinishedJobs: number;
  queuedJobs: number;
  oldestQueuedSeconds: number;
}

/** Numbers of a busy pool change all the time; people and scalers look every few seconds at most. */
const lookAgainMilliseconds = 5_000;

/** Keeps each pool's consumer on STILLS_CAPTURES and its pods, and tells in status how it is. Only the leader has one. */
export class PoolReconciler {
  readonly #parts: PoolReconcilerParts;
  readonly #withConsumer = new Set<ObjectKey>();

  constructor(parts: PoolReconcilerParts) {
    this.#parts = parts;
  }

  /** The server may have lost its consumers: each pool's is made again when the pool is looked at next. */
  forgetConsumers(): void {
    this.#withConsumer.clear();
  }

  async ensureConsumers(): Promise<void> {
    for (const [key] of this.#parts.pools.entries()) await this.#ensureConsumer(key);
  }

  async reconcile(key: ObjectKey, signal: AbortSignal): Promise<WorkOutcome> {
    const record = this.#parts.pools.get(key);
    if (record === undefined) {
      await deleteCaptureConsumer(this.#parts.nats, nameOfKey(key).name);
      this.#withConsumer.delete(key);
      this.#parts.fleet?.forget(nameOfKey(key).name);
      return {};
    }
    await this.#ensureConsumer(key);
    const queue = this.#queueOf(record.name);
    const fleet = record.deleting
      ? undefined
      : await this.#parts.fleet?.keep(record, queue, signal);
    const isCurrent = this.#parts.writer.isCurrent(record.uid, record.resourceVersion);
    const status = isCurrent ? this.#changedStatus(record, queue, fleet) : undefined;
    if (status !== undefined) await this.#write(record, status, signal);
    return {
      requeueAfterMilliseconds: Math.min(
        lookAgainMilliseconds,
        fleet?.againAfterMilliseconds ?? lookAgainMilliseconds,
      ),
    };
  }

  /** For metrics. */
  numbers(): PoolNumbers[] {
    return [...this.#parts.pools.records()].map(({ name }) => {
      const { slots, busySlots, queuedJobs, oldestQueuedSeconds } = this.#queueOf(name);
      const { desiredReplicas, replicas, readyReplicas } = this.#parts.fleet?.view(name) ?? {};
      return {
        ...{ name, slots, busySlots, queuedJobs, oldestQueuedSeconds },
        ...{ desiredReplicas, replicas, readyReplicas },
      };
    });
  }

  async #ensureConsumer(key: ObjectKey): Promise<void> {
    if (this.#withConsumer.has(key)) return;
    await ensureCaptureConsumer(this.#parts.nats, nameOfKey(key).name);
    this.#withConsumer.add(key);
  }

  /** Undefined when status says it already. */
  #changedStatus(
    record: PoolRecord,
    queue: QueueView,
    fleet: FleetView | undefined,
  ): BrowserPoolStatus | undefined {
    const { slots, busySlots, queuedJobs, oldestQueuedSeconds, found } = queue;
    const numbers: Partial<PoolRecord["status"]> = {
      replicas: fleet?.replicas ?? found.workers,
      readyReplicas: fleet?.readyReplicas ?? found.readyWorkers,
      ...(fleet !== undefined && { selector: fleet.selector }),
      ...{ slots, busySlots, queuedJobs, oldestQueuedSeconds },
    };
    const readiness = poolReadiness({
      ...{ slots, queuedJobs, pods: fleet },
      sandboxOff: found.sandboxOff,
      workerProblem: found.problem,
    });
    const condition = { type: "Ready", observedGeneration: record.generation, ...readiness };
    const conditions = withCondition(record.conditions, condition, this.#parts.clock.now());
    const isSame =
      Object.entries(numbers).every(
        ([name, value]) => record.status[name as keyof typeof numbers] === value,
      ) && sameConditions(conditions, record.conditions);
    return isSame
      ? undefined
      : ({ observedGeneration: record.generation, ...numbers, conditions } as BrowserPoolStatus);
  }

  #queueOf(pool: string): QueueView {
    const { workers, dispatcher, memory, clock } = this.#parts;
    const found = workers.poolWorkers(pool);
    const pending = dispatcher.pendingOf(pool);
    const handedOut = memory.unfinishedOf(pool);
    const oldest = dispatcher.oldestPendingMilliseconds(pool);
    return {
      ...{ found, slots: found.slots, busySlots: found.busySlots },
      unfinishedJobs: pending + handedOut,
      // Those in memory, and those that were handed out but that no worker has begun.
      queuedJobs: pending + Math.max(0, handedOut - found.busySlots),
      oldestQueuedSeconds:
        oldest === undefined ? 0 : Math.max(0, Math.floor((clock.now() - oldest) / 1000)),
    };
  }

  async #write(record: PoolRecord, status: BrowserPoolStatus, signal: AbortSignal): Promise<void> {
    const { writer, log } = this.#parts;
    const written = await writer.write(record, record.resourceVersion, status, signal);
    if (written.kind === "Refused")
      log.error(
        { browserPool: record.name, cause: written.message },
        "The API server refused the status of a BrowserPool; its CRD does not fit this controller",
      );
  }
}

import type { BrowserPool, BrowserPoolStatus, Condition } from "../api/v1alpha1.ts";
import { withCondition } from "../core/conditions.ts";
import type { ObjectKey } from "../platform/kube/object-key.ts";
import { nameOfKey } from "../platform/kube/object-key.ts";
import type { Reflector } from "../platform/kube/reflector.ts";
import type { StatusWriter } from "../platform/kube/status-writer.ts";
import type { WorkOutcome } from "../platform/kube/work-queue.ts";
import type { Nats } from "../platform/nats/connection.ts";
import { deleteCaptureConsumer, ensureCaptureConsumer } from "../platform/nats/streams.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { JobMemory } from "./job-memory.ts";
import type { PoolNumbers } from "./metrics.ts";
import type { PoolRecord } from "./pool-directory.ts";
import type { PoolWorkers, WorkerRegistry } from "./worker-registry.ts";

export interface PoolReconcilerParts {
  pools: Reflector<BrowserPool, PoolRecord>;
  writer: StatusWriter<BrowserPool>;
  workers: WorkerRegistry;
  memory: JobMemory;
  dispatcher: Dispatcher;
  nats: Nats;
  clock: Clock;
  log: Logger;
}

/** Numbers of a busy pool change all the time; people and scalers look every few seconds at most. */
const lookAgain: WorkOutcome = { requeueAfterMilliseconds: 5_000 };

/** Keeps each pool's consumer on STILLS_CAPTURES and tells its numbers in status. Only the leader has one. */
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
      return {};
    }
    await this.#ensureConsumer(key);
    const isCurrent = this.#parts.writer.isCurrent(record.uid, record.resourceVersion);
    const status = isCurrent ? this.#changedStatus(record) : undefined;
    if (status !== undefined) await this.#write(record, status, signal);
    return lookAgain;
  }

  /** For metrics. */
  numbers(): PoolNumbers[] {
    return [...this.#parts.pools.records()].map(({ name }) => {
      const { slots, busySlots } = this.#parts.workers.poolWorkers(name);
      return { name, slots, busySlots, queuedJobs: this.#queuedJobs(name, busySlots) };
    });
  }

  async #ensureConsumer(key: ObjectKey): Promise<void> {
    if (this.#withConsumer.has(key)) return;
    await ensureCaptureConsumer(this.#parts.nats, nameOfKey(key).name);
    this.#withConsumer.add(key);
  }

  /** Undefined when status says it already. */
  #changedStatus(record: PoolRecord): BrowserPoolStatus | undefined {
    const { workers, dispatcher, clock } = this.#parts;
    const now = clock.now();
    const found = workers.poolWorkers(record.name);
    const oldest = dispatcher.oldestPendingMilliseconds(record.name);
    const numbers = {
      slots: found.slots,
      busySlots: found.busySlots,
      queuedJobs: this.#queuedJobs(record.name, found.busySlots),
      oldestQueuedSeconds:
        oldest === undefined ? 0 : Math.max(0, Math.floor((now - oldest) / 1000)),
    };
    const conditions = withCondition(record.conditions, readyCondition(record, found), now);
    const isSame =
      Object.entries(numbers).every(
        ([name, value]) => record.status[name as keyof typeof numbers] === value,
      ) && JSON.stringify(conditions) === JSON.stringify(record.conditions);
    return isSame ? undefined : { observedGeneration: record.generation, ...numbers, conditions };
  }

  /** Those in memory, and those that were handed out but that no worker has begun. */
  #queuedJobs(pool: string, busySlots: number): number {
    const { dispatcher, memory } = this.#parts;
    return dispatcher.pendingOf(pool) + Math.max(0, memory.unfinishedOf(pool) - busySlots);
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

function readyCondition(
  record: PoolRecord,
  found: PoolWorkers,
): Omit<Condition, "lastTransitionTime"> {
  const common = { type: "Ready", observedGeneration: record.generation };
  if (found.slots === 0)
    return {
      ...common,
      status: "False",
      reason: "NoWorkers",
      message: "No worker of this pool is ready; jobs wait",
    };
  if (found.sandboxOff)
    return {
      ...common,
      status: "True",
      reason: "SandboxDisabled",
      message: "Workers are ready, but a browser runs without Chromium's sandbox",
    };
  return { ...common, status: "True", reason: "WorkersReady", message: "Workers are ready" };
}

import { missingBucketMessage } from "../../core/storage/storage-messages.ts";
import { TakeError } from "../../core/take/take-error.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";

interface BucketMonitorDependencies {
  objectStore: ObjectStore;
  clock: Clock;
  log: Logger;
}

const pauseMilliseconds = 30_000;
const pauseWhileMissingMilliseconds = 2_000;
const checkTimeoutMilliseconds = 10_000;

/**
 * Checks periodically whether the operator's bucket exists, so that a call is refused before it creates a job that could not store its
 * picture. If the object store does not answer, calls are accepted: it may answer by the time the picture is stored.
 */
export class BucketMonitor implements Runnable {
  readonly name = "bucket monitor";
  readonly #objectStore: ObjectStore;
  readonly #log: Logger;
  readonly #task: PeriodicTask;
  #problem: string | undefined;

  constructor({ objectStore, clock, log }: BucketMonitorDependencies) {
    this.#objectStore = objectStore;
    this.#log = log;
    this.#task = new PeriodicTask({
      name: this.name,
      pauseMilliseconds: () =>
        this.#problem === undefined ? pauseMilliseconds : pauseWhileMissingMilliseconds,
      firstRound: "at once",
      clock,
      log,
      work: (signal) => this.#check(signal),
    });
  }

  async start(): Promise<void> {
    await this.#task.start();
  }

  async stop(): Promise<void> {
    await this.#task.stop();
  }

  /** Checks now, because a job has failed with a missing bucket. */
  checkNow(): void {
    this.#task.trigger();
  }

  /** @throws TakeError invalid_storage_configuration while the bucket is missing */
  throwIfMissing(): void {
    if (this.#problem === undefined) return;
    throw new TakeError("invalid_storage_configuration", {
      message: this.#problem,
      reason: "StorageInvalid",
    });
  }

  async #check(signal: AbortSignal): Promise<void> {
    const before = this.#problem;
    using deadline = new Deadline({ milliseconds: checkTimeoutMilliseconds, parents: [signal] });
    const isMissing = await this.#objectStore
      .isBucketMissing({ signal: deadline.signal })
      .catch(() => false);
    this.#problem = isMissing ? missingBucketMessage(this.#objectStore.bucket) : undefined;
    if (this.#problem === before) return;
    if (isMissing) this.#log.error({ cause: this.#problem }, "Refusing calls without a bucket");
    else this.#log.info({ cause: before }, "Accepting calls again");
  }
}

import { missingBucketMessage } from "../../core/storage/storage-messages.ts";
import { TakeError } from "../../core/take/take-error.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";

export interface BucketWatchParts {
  store: ObjectStore;
  clock: Clock;
  log: Logger;
}

/** As long as it is there; whoever meets a missing one has it looked for at once. */
const pauseMilliseconds = 30_000;
const pauseWhileMissingMilliseconds = 2_000;
const lookLimitMilliseconds = 10_000;

/**
 * Knows whether the operator's bucket is there, so that a call is refused before a job is made that could not store its
 * picture. Looked at now and then, not for each call. A store that does not answer is no reason to refuse: it may by then.
 */
export class BucketWatch implements Runnable {
  readonly name = "bucket watch";
  readonly #parts: BucketWatchParts;
  readonly #stopping = new AbortController();
  #wake = Promise.withResolvers<void>();
  #problem: string | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: BucketWatchParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#running = this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("The gateway is stopping"));
    await this.#running;
  }

  /** Looks at once: a job has met a bucket that was not there. */
  lookNow(): void {
    this.#wake.resolve();
  }

  /** @throws TakeError invalid_storage_configuration while the bucket is known to be missing */
  check(): void {
    if (this.#problem === undefined) return;
    throw new TakeError("invalid_storage_configuration", {
      message: this.#problem,
      reason: "StorageInvalid",
    });
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers<void>();
      await this.#look(signal);
      const pause = this.#problem === undefined ? pauseMilliseconds : pauseWhileMissingMilliseconds;
      const slept = this.#parts.clock.sleep(pause, signal).catch(() => undefined);
      await Promise.race([slept, this.#wake.promise]);
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { store, log } = this.#parts;
    const before = this.#problem;
    const limit = AbortSignal.timeout(lookLimitMilliseconds);
    const looked = { signal: AbortSignal.any([signal, limit]) };
    const isMissing = await store.isBucketMissing(looked).catch(() => false);
    this.#problem = isMissing ? missingBucketMessage(store.bucket) : undefined;
    if (this.#problem === before) return;
    if (isMissing) log.error({ cause: this.#problem }, "Refusing calls: nothing can be stored");
    else log.info({ cause: before }, "Taking calls again");
  }
}

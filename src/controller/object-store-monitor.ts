import { Failure } from "../api/reasons/failure.ts";
import type { ObjectStore } from "../platform/objects/store.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import type { Logger } from "../platform/process/logger.ts";

export interface ObjectStoreMonitorOptions {
  objectStore: ObjectStore;
  /** Of the store, for the sentence. */
  endpoint: string;
  clock: Clock;
  log: Logger;
}

interface Sight {
  problem: string | undefined;
  /** Whether a replica may be ready now. */
  isAnswer: boolean;
}

const pauseMilliseconds = 60_000;
const pauseInTroubleMilliseconds = 5_000;
const lookLimitMilliseconds = 10_000;

/**
 * Looks now and then whether the operator's store answers and has the bucket, and says so in the log when it does not, with
 * the settings that may be wrong. A replica is not ready before the store has answered it once: an installation with a
 * wrong endpoint does not end as if all were well. A refusal of the key is an answer, since each job is told it; and a store
 * that fails later makes jobs wait, not the controller unready.
 */
export class ObjectStoreMonitor implements Runnable {
  readonly name = "store watch";
  readonly #dependencies: ObjectStoreMonitorOptions;
  readonly #stopping = new AbortController();
  #problem: string | undefined;
  #hasAnswered = false;
  #running: Promise<void> | undefined;

  constructor(dependencies: ObjectStoreMonitorOptions) {
    this.#dependencies = dependencies;
    this.#problem = `${this.#place} has not answered yet`;
  }

  /** A sentence, until the store has answered once. */
  get problem(): string | undefined {
    return this.#hasAnswered ? undefined : this.#problem;
  }

  async start(): Promise<void> {
    this.#running = this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("The controller is stopping"));
    await this.#running;
  }

  get #place(): string {
    const { objectStore, endpoint } = this.#dependencies;
    return `The object store ${endpoint} (STILLS_STORE_ENDPOINT), bucket ${objectStore.bucket} (STILLS_STORE_BUCKET),`;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#dependencies;
    let said: string | undefined;
    while (!signal.aborted) {
      const { problem, isAnswer } = await this.#look(signal);
      if (signal.aborted) return;
      this.#problem = problem;
      this.#hasAnswered ||= isAnswer;
      if (problem !== said) {
        if (problem !== undefined) log.error({ cause: problem }, "No picture can be stored");
        else log.info({ cause: said }, "Pictures can be stored again");
      }
      said = problem;
      const pause = problem === undefined ? pauseMilliseconds : pauseInTroubleMilliseconds;
      await clock.sleep(pause, signal).catch(() => undefined);
    }
  }

  async #look(signal: AbortSignal): Promise<Sight> {
    const limit = AbortSignal.timeout(lookLimitMilliseconds);
    try {
      const { objectStore } = this.#dependencies;
      const isMissing = await objectStore.isBucketMissing({
        signal: AbortSignal.any([signal, limit]),
      });
      if (!isMissing) return { problem: undefined, isAnswer: true };
      return { problem: `${this.#place} cannot be used: there is no such bucket`, isAnswer: false };
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      const isAnswer = thrown instanceof Failure && thrown.reason === "StorageDenied";
      return { problem: `${this.#place} cannot be used: ${reason}`, isAnswer };
    }
  }
}

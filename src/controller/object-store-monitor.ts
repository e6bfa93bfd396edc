import { Failure } from "../api/reasons/failure.ts";
import type { ConditionalWrites } from "../platform/objects/conditional-writes.ts";
import type { ObjectStore } from "../platform/objects/object-store.ts";
import type { Clock } from "../platform/process/clock.ts";
import { Deadline } from "../platform/process/deadline.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import type { Logger } from "../platform/process/logger.ts";
import { PeriodicTask } from "../platform/process/periodic-task.ts";

interface ObjectStoreMonitorOptions {
  objectStore: ObjectStore;
  conditionalWrites: ConditionalWrites;
  /** For messages. */
  endpoint: string;
  clock: Clock;
  log: Logger;
}

/** What the parts that dispatch and copy need to know. */
export type StoreAvailability = Pick<
  ObjectStoreMonitor,
  "isAvailable" | "isAway" | "awayMilliseconds" | "untilAvailable"
>;

interface CheckResult {
  problem: string | undefined;
  /** The object store does not answer, or answers that it cannot work now. */
  isAway: boolean;
  /** Whether the object store answered, so that the replica may be ready. */
  isAnswer: boolean;
}

const pauseMilliseconds = 5_000;
const pauseAfterProblemMilliseconds = 2_000;
const checkLimitMilliseconds = 10_000;

/**
 * Checks periodically whether the object store answers and has the bucket; problems are logged with the settings that may be
 * wrong. A replica is ready only after the first answer, so that an installation with a wrong endpoint fails visibly. A
 * refusal of the key counts as an answer, because each job reports it; a later failure does not make the replica unready, but
 * nothing is dispatched while the object store is away.
 */
export class ObjectStoreMonitor implements Runnable {
  readonly name = "object store monitor";
  readonly #options: ObjectStoreMonitorOptions;
  readonly #task: PeriodicTask;
  #problem: string | undefined;
  #loggedProblem: string | undefined;
  #hasAnswered = false;
  /** Monotonic; undefined while it is there, and before the first check. */
  #awaySinceMilliseconds: number | undefined;
  #isChecked = false;
  readonly #listeners = new Set<() => void>();

  constructor(options: ObjectStoreMonitorOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#problem = `${this.#storeName} has not answered yet`;
    this.#task = new PeriodicTask({
      name: this.name,
      firstRound: "at once",
      pauseMilliseconds: () =>
        this.#problem === undefined ? pauseMilliseconds : pauseAfterProblemMilliseconds,
      work: (signal) => this.#update(signal),
      clock,
      log,
    });
  }

  /** A sentence for readiness until the first answer; undefined after that. */
  get problem(): string | undefined {
    return this.#hasAnswered ? undefined : this.#problem;
  }

  /** Whether pictures can be stored, as far as is known; false before the first check. */
  get isAvailable(): boolean {
    return this.#isChecked && !this.isAway;
  }

  /** The last check has failed. */
  get isAway(): boolean {
    return this.#awaySinceMilliseconds !== undefined;
  }

  /** For how long it has been away; 0 while it is there. */
  get awayMilliseconds(): number {
    const since = this.#awaySinceMilliseconds;
    return since === undefined ? 0 : this.#options.clock.monotonicMilliseconds() - since;
  }

  /** Calls the listener when the object store goes away or comes back. Returns the function that ends the subscription. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when it is available; rejects with the signal's reason. */
  async untilAvailable(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.isAvailable) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const unsubscribe = this.onChange(() => this.isAvailable && resolve());
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    try {
      await promise;
    } finally {
      unsubscribe();
      signal.removeEventListener("abort", abort);
    }
  }

  async start(): Promise<void> {
    await this.#task.start();
  }

  async stop(): Promise<void> {
    await this.#task.stop();
  }

  get #storeName(): string {
    const { objectStore, endpoint } = this.#options;
    return `The object store ${endpoint} (STILLS_STORE_ENDPOINT), bucket ${objectStore.bucket} (STILLS_STORE_BUCKET),`;
  }

  async #update(signal: AbortSignal): Promise<void> {
    const { problem, isAnswer, isAway } = await this.#check(signal);
    if (signal.aborted) return;
    this.#problem = problem;
    this.#hasAnswered ||= isAnswer;
    if (problem !== this.#loggedProblem) this.#log(problem);
    this.#loggedProblem = problem;
    this.#setAway(isAway);
  }

  #setAway(isAway: boolean): void {
    const wasAvailable = this.isAvailable;
    this.#isChecked = true;
    if (!isAway) this.#awaySinceMilliseconds = undefined;
    else this.#awaySinceMilliseconds ??= this.#options.clock.monotonicMilliseconds();
    if (wasAvailable === this.isAvailable) return;
    for (const listener of [...this.#listeners]) listener();
  }

  #log(problem: string | undefined): void {
    const { log } = this.#options;
    if (problem !== undefined) log.error({ cause: problem }, "Pictures cannot be stored");
    else log.info({ cause: this.#loggedProblem }, "Pictures can be stored again");
  }

  async #check(signal: AbortSignal): Promise<CheckResult> {
    using deadline = new Deadline({ milliseconds: checkLimitMilliseconds, parents: [signal] });
    try {
      const isMissing = await this.#options.objectStore.isBucketMissing(deadline);
      if (!isMissing) {
        await this.#probeWrites(deadline);
        return { problem: undefined, isAnswer: true, isAway: false };
      }
      const problem = `${this.#storeName} cannot be used: the bucket does not exist`;
      return { problem, isAnswer: false, isAway: false };
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      const failure = thrown instanceof Failure ? thrown.reason : undefined;
      return {
        problem: `${this.#storeName} cannot be used: ${reason}`,
        isAnswer: failure === "StorageDenied",
        isAway: failure === "StorageUnavailable",
      };
    }
  }

  /** Once: it decides how the keys of pictures look. */
  async #probeWrites(options: { signal: AbortSignal }): Promise<void> {
    const { conditionalWrites, log } = this.#options;
    if (conditionalWrites.isKnown) return;
    await conditionalWrites.probe(options);
    const { areHonoured } = conditionalWrites;
    log.info({ areHonoured }, "Tried whether the object store refuses to overwrite");
  }
}

import { Failure } from "../api/reasons/failure.ts";
import type { ObjectStore } from "../platform/objects/object-store.ts";
import type { Clock } from "../platform/process/clock.ts";
import { Deadline } from "../platform/process/deadline.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import type { Logger } from "../platform/process/logger.ts";
import { PeriodicTask } from "../platform/process/periodic-task.ts";

interface ObjectStoreMonitorOptions {
  objectStore: ObjectStore;
  /** For messages. */
  endpoint: string;
  clock: Clock;
  log: Logger;
}

interface CheckResult {
  problem: string | undefined;
  /** Whether the object store answered, so that the replica may be ready. */
  isAnswer: boolean;
}

const pauseMilliseconds = 60_000;
const pauseAfterProblemMilliseconds = 5_000;
const checkLimitMilliseconds = 10_000;

/**
 * Checks periodically whether the object store answers and has the bucket; problems are logged with the settings that may be
 * wrong. A replica is ready only after the first answer, so that an installation with a wrong endpoint fails visibly. A
 * refusal of the key counts as an answer, because each job reports it; a later failure does not make the replica unready.
 */
export class ObjectStoreMonitor implements Runnable {
  readonly name = "object store monitor";
  readonly #options: ObjectStoreMonitorOptions;
  readonly #task: PeriodicTask;
  #problem: string | undefined;
  #loggedProblem: string | undefined;
  #hasAnswered = false;

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
    const { problem, isAnswer } = await this.#check(signal);
    if (signal.aborted) return;
    this.#problem = problem;
    this.#hasAnswered ||= isAnswer;
    if (problem !== this.#loggedProblem) this.#log(problem);
    this.#loggedProblem = problem;
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
      if (!isMissing) return { problem: undefined, isAnswer: true };
      const problem = `${this.#storeName} cannot be used: the bucket does not exist`;
      return { problem, isAnswer: false };
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      const isAnswer = thrown instanceof Failure && thrown.reason === "StorageDenied";
      return { problem: `${this.#storeName} cannot be used: ${reason}`, isAnswer };
    }
  }
}

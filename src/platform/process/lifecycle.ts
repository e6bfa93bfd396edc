import { aborted } from "./aborted.ts";
import type { Logger } from "./logger.ts";

/** What runs as long as the process does: a server, a connection, a loop. After the Runnable of controller-runtime. */
export interface Runnable {
  readonly name: string;
  /** Resolves when it can be used. If it rejects, it has cleaned up after itself: `stop` is not called then. */
  start(signal: AbortSignal): Promise<void>;
  /** Resolves when everything it opened is closed. */
  stop(): Promise<void>;
  /** Rejects when it fails for good after its start, which ends the process. */
  readonly failed?: Promise<never>;
  /** Default 60. */
  readonly startTimeoutSeconds?: number;
  /** Default 20; draining may need more. */
  readonly stopTimeoutSeconds?: number;
}

const defaultStartTimeoutSeconds = 60;
const defaultStopTimeoutSeconds = 20;
const stopSignals = ["SIGTERM", "SIGINT"] as const;

/** Starts runnables in order, waits for a reason to stop, and stops them in reverse, each within its limit. */
export class Lifecycle {
  readonly #log: Logger;
  readonly #stopping = new AbortController();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Aborted as soon as the process begins to stop. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Begins to stop; a second call changes nothing. */
  stop(reason: string): void {
    if (this.#stopping.signal.aborted) return;
    this.#log.info({ cause: reason }, "Stopping");
    this.#stopping.abort(new Error(`The process is stopping: ${reason}`));
  }

  /**
   * Runs until SIGTERM, SIGINT, `stop()` or a failure. Resolves when everything has stopped; rejects with what went wrong: a
   * failed start, a runnable that failed later or did not stop in time. A second signal ends the process at once.
   */
  async run(runnables: readonly Runnable[]): Promise<void> {
    using _signals = this.#handleSignals();
    using _alive = keepProcessAlive();
    const started: Runnable[] = [];
    const problems: unknown[] = [];
    const broken = Promise.withResolvers<void>();
    try {
      for (const runnable of runnables) {
        if (this.stopping.aborted) break;
        runnable.failed?.catch((thrown: unknown) => {
          if (this.stopping.aborted) return;
          problems.push(new Error(`${runnable.name} failed`, { cause: thrown }));
          broken.resolve();
        });
        await this.#start(runnable);
        started.push(runnable);
      }
      await Promise.race([broken.promise, aborted(this.stopping)]);
    } catch (thrown) {
      if (!this.stopping.aborted) problems.push(thrown);
    }
    this.stop(problems.length > 0 ? "a component failed" : "all done");
    problems.push(...(await this.#stopAll(started)));
    if (problems.length === 1) throw problems[0];
    if (problems.length > 1) throw new AggregateError(problems, sentencesOf(problems));
  }

  async #start(runnable: Runnable): Promise<void> {
    const limitSeconds = runnable.startTimeoutSeconds ?? defaultStartTimeoutSeconds;
    const limit = AbortSignal.timeout(limitSeconds * 1000);
    const signal = AbortSignal.any([this.stopping, limit]);
    const start = runnable.start(signal);
    try {
      await Promise.race([start, aborted(limit)]);
    } catch (thrown) {
      const problem = thrown instanceof Error ? thrown.message : String(thrown);
      throw new Error(`${runnable.name} did not start: ${problem}`, { cause: thrown });
    }
    if (!limit.aborted) return;
    start.then(
      () => runnable.stop().catch(() => undefined),
      () => undefined,
    );
    throw new Error(`${runnable.name} did not start within ${limitSeconds} seconds`);
  }

  async #stopAll(started: readonly Runnable[]): Promise<unknown[]> {
    const problems: unknown[] = [];
    for (const runnable of started.toReversed()) {
      const limitSeconds = runnable.stopTimeoutSeconds ?? defaultStopTimeoutSeconds;
      const limit = AbortSignal.timeout(limitSeconds * 1000);
      try {
        const late = await Promise.race([
          runnable.stop().then(() => false),
          aborted(limit).then(() => true),
        ]);
        if (late)
          problems.push(new Error(`${runnable.name} did not stop within ${limitSeconds} seconds`));
      } catch (thrown) {
        problems.push(new Error(`${runnable.name} did not stop cleanly`, { cause: thrown }));
      }
    }
    return problems;
  }

  #handleSignals(): Disposable {
    let seen = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (seen) process.exit(signal === "SIGINT" ? 130 : 143);
      seen = true;
      this.stop(signal);
    };
    for (const signal of stopSignals) process.on(signal, onSignal);
    return {
      [Symbol.dispose]: () => {
        for (const signal of stopSignals) process.off(signal, onSignal);
      },
    };
  }
}

/** Without it Node ends a process that only waits for a signal or for a time limit. */
function keepProcessAlive(): Disposable {
  const timer = setInterval(() => undefined, 1 << 30);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function sentencesOf(problems: readonly unknown[]): string {
  return problems
    .map((problem) => (problem instanceof Error ? problem.message : String(problem)))
    .join("; ");
}

import type { Clock } from "./clock.ts";
import type { Runnable } from "./lifecycle.ts";
import { isSettledWithin } from "./settled-within.ts";

/**
 * Parts of which the first may take long to start, such as a connection to a server that is away: they start one after the other in the
 * background, so that the process does meanwhile what it can without them.
 */
export class BackgroundParts implements Runnable {
  readonly name: string;
  /** Rejects when a part does not start, or fails after its start. */
  readonly failed: Promise<never>;
  readonly stopTimeoutSeconds = 60;
  readonly #parts: readonly Runnable[];
  readonly #patienceMilliseconds: number;
  readonly #clock: Clock;
  readonly #started: Runnable[] = [];
  readonly #stopping = new AbortController();
  readonly #failure = Promise.withResolvers<never>();
  #starting: Promise<void> = Promise.resolve();

  constructor(options: {
    name: string;
    parts: readonly Runnable[];
    /** How long `start` waits for the parts before it lets the process go on. */
    patienceMilliseconds: number;
    clock: Clock;
  }) {
    this.name = options.name;
    this.#parts = options.parts;
    this.#patienceMilliseconds = options.patienceMilliseconds;
    this.#clock = options.clock;
    this.failed = this.#failure.promise;
    // Without a listener a rejection must not end the process.
    this.failed.catch(() => undefined);
  }

  /** Rejects when a part fails to start within the patience; later, `failed` does. */
  async start(signal: AbortSignal): Promise<void> {
    const stop = (): void => this.#stopping.abort(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    this.#starting = this.#startAll();
    this.#starting.catch((thrown: unknown) => {
      if (!this.#stopping.signal.aborted) this.#failure.reject(thrown);
    });
    if (signal.aborted) stop();
    try {
      await isSettledWithin(this.#starting, this.#patienceMilliseconds, this.#clock);
    } catch (thrown) {
      await this.stop().catch(() => undefined);
      throw thrown;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Stops what has started, the last first. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error(`${this.name} are stopping`));
    await this.#starting.catch(() => undefined);
    const problems: unknown[] = [];
    for (const part of this.#started.toReversed())
      await part.stop().catch((thrown: unknown) => problems.push(thrown));
    if (problems.length > 0)
      throw new AggregateError(problems, `${this.name} did not stop cleanly`);
  }

  async #startAll(): Promise<void> {
    for (const part of this.#parts) {
      part.failed?.catch((thrown: unknown) => {
        if (!this.#stopping.signal.aborted)
          this.#failure.reject(new Error(`${part.name} failed`, { cause: thrown }));
      });
      this.#stopping.signal.throwIfAborted();
      await part.start(this.#stopping.signal);
      this.#started.push(part);
    }
  }
}

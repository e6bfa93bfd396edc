import type { Clock } from "./clock.ts";
import type { Runnable } from "./lifecycle.ts";
import type { Logger } from "./logger.ts";

export interface PeriodicTaskOptions {
  /** For the log and the lifecycle, e.g. "object store monitor". */
  name: string;
  /** From the end of a round to the beginning of the next; a function where the last round decides. */
  pauseMilliseconds: number | (() => number);
  /** When the first round begins: at once, or after a pause (default). */
  firstRound?: "at once" | "after pause";
  clock: Clock;
  log: Logger;
  /** One round. A failure is logged, and the next round comes as usual. */
  work(signal: AbortSignal): Promise<void>;
}

/** Does something again and again, or at once when triggered, until it is stopped. */
export class PeriodicTask implements Runnable {
  readonly name: string;
  readonly #options: PeriodicTaskOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #isTriggered = false;
  /** Ends the pause. */
  #wake: () => void = () => undefined;

  constructor(options: PeriodicTaskOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#running ??= this.run(this.#stopping.signal);
  }

  /** Resolves when the round under way is over. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error(`The ${this.name} is stopping`));
    await this.#running;
  }

  /** Starts a round at once, or as soon as the one under way is over. */
  trigger(): void {
    this.#isTriggered = true;
    this.#wake();
  }

  /** For a task whose life is not a process's: works until the signal is aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#options.firstRound !== "at once") await this.#pause(signal);
    while (!signal.aborted) {
      this.#isTriggered = false;
      await this.#round(signal);
      await this.#pause(signal);
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    try {
      await this.#options.work(signal);
    } catch (err) {
      if (!signal.aborted) this.#options.log.warn({ err, task: this.name }, "Periodic task failed");
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    if (this.#isTriggered || signal.aborted) return;
    const { pauseMilliseconds, clock } = this.#options;
    const pause = typeof pauseMilliseconds === "number" ? pauseMilliseconds : pauseMilliseconds();
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    this.#wake = wake;
    signal.addEventListener("abort", wake, { once: true });
    await clock.sleep(pause, woken.signal).catch(() => undefined);
    signal.removeEventListener("abort", wake);
  }
}

import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";

export interface PeriodicTaskOptions {
  /** For the log: `Could not look for ${what}`. */
  what: string;
  pauseMilliseconds: number;
  clock: Clock;
  log: Logger;
  look(signal: AbortSignal): Promise<void>;
}

/** Looks for something every few seconds, or at once when told to, until it is stopped. A look that fails is logged and no more. */
export class PeriodicTask {
  readonly #parts: PeriodicTaskOptions;
  #wake = Promise.withResolvers<void>();

  constructor(parts: PeriodicTaskOptions) {
    this.#parts = parts;
  }

  /** Looks now, as after a reconnect, when a server may have come back without its disk. */
  lookNow(): void {
    this.#wake.resolve();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { what, pauseMilliseconds, clock, log } = this.#parts;
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers<void>();
      const pause = clock.sleep(pauseMilliseconds, signal).catch(() => undefined);
      await Promise.race([pause, this.#wake.promise]);
      if (signal.aborted) return;
      try {
        await this.#parts.look(signal);
      } catch (err) {
        if (!signal.aborted) log.warn({ err }, `Could not look for ${what}`);
      }
    }
  }
}

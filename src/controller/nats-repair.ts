import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";

/** Many publishes fail together when NATS loses its data; one repair a second is enough. */
const pauseMilliseconds = 1_000;

/** Repairs NATS on request: a failed publish or a reconnect requests it, and the leader runs it. */
export class NatsRepair {
  readonly #clock: Clock;
  readonly #log: Logger;
  #isRequested = false;
  #wake: () => void = () => undefined;

  constructor({ clock, log }: { clock: Clock; log: Logger }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Returns at once. A request during a repair causes one more. */
  request(): void {
    this.#isRequested = true;
    this.#wake();
  }

  /** Repairs after each request until the signal ends it; a repair that fails is repeated. Never rejects. */
  async run(repair: () => Promise<void>, signal: AbortSignal): Promise<void> {
    while (await this.#requested(signal)) {
      this.#isRequested = false;
      try {
        await repair();
      } catch (err) {
        this.#isRequested = true;
        if (!signal.aborted) this.#log.warn({ err }, "Could not set up NATS again");
      }
      await this.#clock.sleep(pauseMilliseconds, signal).catch(() => undefined);
    }
  }

  /** Resolves with true when a repair was requested, with false when the signal has aborted. */
  async #requested(signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (!this.#isRequested && !signal.aborted) await promise;
    return !signal.aborted;
  }
}

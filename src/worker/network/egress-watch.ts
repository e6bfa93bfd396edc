import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { egressAddress } from "./egress-address.ts";
import type { UnreadyReason } from "../readiness.ts";
import { tryToConnect } from "./tcp-trial.ts";

export interface EgressWatchOptions {
  /** `http://host:port`. */
  egressURL: string;
  clock: Clock;
  log: Logger;
}

const checkEverySeconds = 5;
const checkSoonSeconds = 0.5;
const connectTimeoutMilliseconds = 3_000;
/** One lost packet is no outage. */
const failuresBeforeProblem = 2;

/**
 * Knows whether the egress proxy can be reached. Without it every capture would fail, so the worker says so, takes no work,
 * and looks again.
 */
export class EgressWatch implements Runnable {
  readonly name = "egress watch";
  readonly #options: EgressWatchOptions;
  readonly #stopping = new AbortController();
  readonly #listeners = new Set<() => void>();
  #watching: Promise<void> = Promise.resolve();
  #problem: string | undefined;
  #failures = 0;

  constructor(options: EgressWatchOptions) {
    this.#options = options;
  }

  /** Undefined while the proxy answers. */
  get shortcoming(): UnreadyReason | undefined {
    if (this.#problem === undefined) return undefined;
    return { reason: "EgressUnreachable", message: this.#problem };
  }

  /** Calls the listener whenever `shortcoming` comes or goes. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    // At the start one failure counts: nothing has worked yet.
    this.#failures = failuresBeforeProblem - 1;
    this.#watching = this.#watch(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("The worker is stopping"));
    await this.#watching;
  }

  /**
   * Looks now, and again and again, until the proxy answers: for whoever has just missed it.
   * @throws the reason of the signal
   */
  async untilReachable(signal: AbortSignal): Promise<void> {
    while (!(await this.#look())) await this.#options.clock.sleep(checkSoonSeconds * 1000, signal);
  }

  async #watch(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      await this.#look();
      await this.#options.clock.sleep(checkEverySeconds * 1000, stopping).catch(() => undefined);
    }
  }

  /** Whether it answers. */
  async #look(): Promise<boolean> {
    const address = egressAddress(this.#options.egressURL);
    const failure = await tryToConnect(address, connectTimeoutMilliseconds);
    this.#note(failure);
    return failure === undefined;
  }

  #note(failure: Error | undefined): void {
    this.#failures = failure === undefined ? 0 : this.#failures + 1;
    const { egressURL, log } = this.#options;
    if (failure !== undefined && this.#failures >= failuresBeforeProblem) {
      if (this.#problem !== undefined) return;
      this.#problem = `The egress proxy at ${egressURL} cannot be reached (${failure.message}); check STILLS_EGRESS_URL and that it runs`;
      log.warn({ err: failure, egressURL }, "Egress proxy cannot be reached; waiting for it");
    } else if (failure === undefined && this.#problem !== undefined) {
      this.#problem = undefined;
      log.info({ egressURL }, "Egress proxy can be reached again");
    } else return;
    for (const listener of this.#listeners) listener();
  }
}

import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";
import { ReadinessCondition } from "../readiness-condition.ts";
import { egressAddress } from "./egress-address.ts";
import { probeConnection } from "./tcp-probe.ts";

interface EgressMonitorOptions {
  /** `http://host:port`. */
  egressURL: string;
  clock: Clock;
  log: Logger;
}

const checkEveryMilliseconds = 5_000;
const checkSoonMilliseconds = 500;
const connectTimeoutMilliseconds = 3_000;
/** One lost packet is no outage. */
const failuresBeforeUnready = 2;

/** Checks that the egress proxy accepts connections. While it does not, every capture would fail, so the worker takes no work. */
export class EgressMonitor implements Runnable {
  readonly name = "egress monitor";
  readonly condition = new ReadinessCondition();
  readonly #options: EgressMonitorOptions;
  readonly #task: PeriodicTask;
  /** In a row. One failure is enough at the start, when no connection has worked yet. */
  #failures = failuresBeforeUnready - 1;

  constructor(options: EgressMonitorOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#task = new PeriodicTask({
      name: this.name,
      pauseMilliseconds: checkEveryMilliseconds,
      firstRound: "at once",
      clock,
      log,
      work: async () => void (await this.#check()),
    });
  }

  async start(): Promise<void> {
    await this.#task.start();
  }

  async stop(): Promise<void> {
    await this.#task.stop();
  }

  /**
   * Checks every half second until the proxy accepts a connection: for a capture that has just lost it.
   * @throws the reason of the signal
   */
  async untilReachable(signal: AbortSignal): Promise<void> {
    while (!(await this.#check())) await this.#options.clock.sleep(checkSoonMilliseconds, signal);
  }

  /** Whether the proxy accepted a connection. */
  async #check(): Promise<boolean> {
    const address = egressAddress(this.#options.egressURL);
    const failure = await probeConnection(address, connectTimeoutMilliseconds);
    if (failure === undefined) this.#recordSuccess();
    else this.#recordFailure(failure);
    return failure === undefined;
  }

  #recordSuccess(): void {
    this.#failures = 0;
    if (this.condition.unreadyReason === undefined) return;
    const { egressURL, log } = this.#options;
    log.info({ egressURL }, "Egress proxy can be reached again");
    this.condition.set(undefined);
  }

  #recordFailure(failure: Error): void {
    this.#failures += 1;
    if (this.#failures < failuresBeforeUnready || this.condition.unreadyReason !== undefined)
      return;
    const { egressURL, log } = this.#options;
    log.warn({ err: failure, egressURL }, "Egress proxy cannot be reached; waiting for it");
    this.condition.set({
      reason: "EgressUnreachable",
      message: `The egress proxy at ${egressURL} cannot be reached (${failure.message}); check STILLS_EGRESS_URL and that the proxy runs`,
    });
  }
}

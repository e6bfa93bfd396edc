import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { Address } from "./forbidden-addresses.ts";
import type { UnreadyReason } from "../readiness.ts";
import { tryToConnect } from "./tcp-trial.ts";

export interface NetworkPolicyCheckOptions {
  forbidden: readonly Address[];
  clock: Clock;
  log: Logger;
}

/** A policy may be put into force some time after the pod has started. */
const untilRightSeconds = 2;
const afterwardsSeconds = 60;
/** What the network lets through is there at once; what it drops never answers. */
const connectTimeoutMilliseconds = 2_000;

/**
 * Proves that the network keeps this worker, and with it every page, from addresses where it must not get: NetworkPolicies
 * are silently void where nobody enforces them. Until nothing can be reached the worker takes no work; it looks again.
 */
export class NetworkPolicyCheck implements Runnable {
  readonly name = "network proof";
  readonly #options: NetworkPolicyCheckOptions;
  readonly #stopping = new AbortController();
  readonly #listeners = new Set<() => void>();
  #proving: Promise<void> = Promise.resolve();
  #shortcoming: UnreadyReason | undefined = {
    reason: "NetworkUnproven",
    message: "The worker is trying whether it is kept from addresses where it must not get",
  };

  constructor(options: NetworkPolicyCheckOptions) {
    this.#options = options;
  }

  /** Undefined once, and as long as, nothing forbidden can be reached. */
  get shortcoming(): UnreadyReason | undefined {
    return this.#shortcoming;
  }

  /** Calls the listener whenever `shortcoming` comes, changes or goes. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    this.#proving = this.#prove(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("The worker is stopping"));
    await this.#proving;
  }

  async #prove(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const trials = this.#options.forbidden.map(async (address) => {
        const failure = await tryToConnect(address, connectTimeoutMilliseconds);
        return failure === undefined ? [`${address.host}:${address.port}`] : [];
      });
      const reached = (await Promise.all(trials)).flat();
      if (stopping.aborted) return;
      this.#note(reached);
      const seconds = reached.length === 0 ? afterwardsSeconds : untilRightSeconds;
      await this.#options.clock.sleep(seconds * 1000, stopping).catch(() => undefined);
    }
  }

  #note(reached: readonly string[]): void {
    const { log, forbidden } = this.#options;
    const before = this.#shortcoming;
    if (reached.length === 0) {
      this.#shortcoming = undefined;
      if (before === undefined) return;
      log.info({ addresses: forbidden.length }, "The network keeps the worker where it belongs");
    } else {
      const message = `The worker can reach ${reached.join(", ")}, from which a NetworkPolicy has to keep it: install a network plugin that enforces NetworkPolicies, or, if you accept that pages reach the inside of the cluster, set requireNetworkPolicy to false`;
      if (before?.message === message) return;
      this.#shortcoming = { reason: "NetworkPolicyMissing", message };
      log.error({ reason: "NetworkPolicyMissing", reached }, "The network lets the worker out");
    }
    for (const listener of this.#listeners) listener();
  }
}

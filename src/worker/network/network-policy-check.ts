import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";
import { ReadinessCondition } from "../readiness-condition.ts";
import type { Address } from "./network-policy-settings.ts";
import { probeConnection } from "./tcp-probe.ts";

interface NetworkPolicyCheckOptions {
  forbidden: readonly Address[];
  clock: Clock;
  log: Logger;
}

/** A network plugin may apply a policy some time after the pod has started. */
const pauseUntilEnforcedMilliseconds = 2_000;
const pauseMilliseconds = 60_000;
/** A connection that is allowed opens at once; a network plugin drops the packets of one that is not. */
const connectTimeoutMilliseconds = 2_000;

/**
 * Checks that the worker, and with it every page, cannot open connections to forbidden addresses: a cluster whose network
 * plugin does not enforce NetworkPolicies accepts them without a word. The worker takes no work until no address can be reached.
 */
export class NetworkPolicyCheck implements Runnable {
  readonly name = "network policy check";
  readonly condition = new ReadinessCondition({
    reason: "NetworkUnproven",
    message: "The worker is checking that NetworkPolicies keep it from forbidden addresses",
  });
  readonly #options: NetworkPolicyCheckOptions;
  readonly #task: PeriodicTask;

  constructor(options: NetworkPolicyCheckOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#task = new PeriodicTask({
      name: this.name,
      pauseMilliseconds: () => this.#pauseMilliseconds,
      firstRound: "at once",
      clock,
      log,
      work: (signal) => this.#check(signal),
    });
  }

  async start(): Promise<void> {
    await this.#task.start();
  }

  async stop(): Promise<void> {
    await this.#task.stop();
  }

  get #pauseMilliseconds(): number {
    return this.condition.unreadyReason === undefined
      ? pauseMilliseconds
      : pauseUntilEnforcedMilliseconds;
  }

  async #check(stopping: AbortSignal): Promise<void> {
    const probes = this.#options.forbidden.map(async (address) => {
      const failure = await probeConnection(address, connectTimeoutMilliseconds);
      return failure === undefined ? [`${address.host}:${address.port}`] : [];
    });
    const reached = (await Promise.all(probes)).flat();
    if (stopping.aborted) return;
    if (reached.length === 0) this.#pass();
    else this.#fail(reached);
  }

  #pass(): void {
    if (this.condition.unreadyReason === undefined) return;
    const { log, forbidden } = this.#options;
    log.info({ addresses: forbidden.length }, "No forbidden address can be reached");
    this.condition.set(undefined);
  }

  #fail(reached: readonly string[]): void {
    const reason = "NetworkPolicyMissing";
    const message = `The worker can reach ${reached.join(", ")}, from which a NetworkPolicy has to keep it: install a network plugin that enforces NetworkPolicies, or, if you accept that pages reach the inside of the cluster, set requireNetworkPolicy to false`;
    if (this.condition.unreadyReason?.message === message) return;
    this.#options.log.error({ reason, reached }, "The worker can reach forbidden addresses");
    this.condition.set({ reason, message });
  }
}

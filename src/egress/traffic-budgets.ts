import type { ProxyGrant } from "../api/messages/proxy-grant.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { EgressMetrics } from "./metrics.ts";
import { TrafficBudget } from "./traffic-budget.ts";

interface Entry {
  budget: TrafficBudget;
  expiry: NodeJS.Timeout;
}

interface TrafficBudgetsDependencies {
  metrics: EgressMetrics;
  clock: Clock;
  log: Logger;
}

/** setTimeout accepts no longer delay. */
const maxTimerMilliseconds = 2 ** 31 - 1;

/** The traffic budgets of all attempts whose token was seen and has not expired. */
export class TrafficBudgets {
  readonly #dependencies: TrafficBudgetsDependencies;
  readonly #entries = new Map<string, Entry>();

  constructor(dependencies: TrafficBudgetsDependencies) {
    this.#dependencies = dependencies;
  }

  /** The budget of the grant's attempt and class; two tokens for the same attempt and class share it. */
  budgetFor(grant: ProxyGrant): TrafficBudget {
    const key = `${grant.uid} ${grant.attempt} ${grant.class}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known.budget;

    const budget = new TrafficBudget(grant, (receivedBytes, sentBytes) => {
      const { transferredBytes } = this.#dependencies.metrics;
      transferredBytes.increment({ class: grant.class, direction: "Received" }, receivedBytes);
      transferredBytes.increment({ class: grant.class, direction: "Sent" }, sentBytes);
    });
    const milliseconds = grant.expires * 1000 - this.#dependencies.clock.now();
    const expiry = setTimeout(
      () => this.#close(key),
      Math.min(Math.max(milliseconds, 0), maxTimerMilliseconds),
    );
    this.#entries.set(key, { budget, expiry });
    return budget;
  }

  /** Closes every budget. */
  close(): void {
    for (const key of [...this.#entries.keys()]) this.#close(key);
  }

  #close(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    const { budget, expiry } = entry;
    clearTimeout(expiry);
    this.#entries.delete(key);
    budget.close();
    this.#dependencies.log.debug({ ...budget.logFields, ...budget.used }, "Closed traffic budget");
  }
}

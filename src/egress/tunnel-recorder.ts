import type { Logger } from "../platform/process/logger.ts";
import type { EgressMetrics } from "./metrics.ts";
import type { Refusal } from "./refusal.ts";
import type { TrafficBudget } from "./traffic-budget.ts";

interface TunnelRecorderDependencies {
  metrics: EgressMetrics;
  log: Logger;
}

/** A hostile page must not fill the log: later refusals of the same attempt are logged at "debug". */
const infoRefusalsPerAttempt = 20;

/** Counts how tunnels end and logs the refused ones. */
export class TunnelRecorder {
  readonly #metrics: EgressMetrics;
  readonly #log: Logger;
  readonly #refusals = new WeakMap<TrafficBudget, number>();

  constructor({ metrics, log }: TunnelRecorderDependencies) {
    this.#metrics = metrics;
    this.#log = log;
  }

  recordEnd({ grant }: TrafficBudget, outcome: "Relayed" | "Abandoned"): void {
    this.#metrics.tunnels.increment({ class: grant.class, outcome });
  }

  /** `targetHost` is undefined if the request names no valid target. */
  recordRefusal(budget: TrafficBudget, targetHost: string | undefined, refusal: Refusal): void {
    const { reason } = refusal;
    this.#metrics.tunnels.increment({ class: budget.grant.class, outcome: reason });
    const fields = { ...budget.logFields, targetHost, reason };
    const refusals = (this.#refusals.get(budget) ?? 0) + 1;
    this.#refusals.set(budget, refusals);
    if (reason === "InternalError")
      this.#log.error({ ...fields, err: refusal }, "Could not serve request");
    else if (refusals <= infoRefusalsPerAttempt) this.#log.info(fields, "Refused request");
    else this.#log.debug(fields, "Refused request");
  }
}

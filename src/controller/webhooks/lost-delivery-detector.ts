import { subjects } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { deliveriesOnStream } from "../../platform/nats/streams.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { DeliveryOutbox, PendingDelivery } from "./delivery-outbox.ts";
import type { DeliveryOutcomeApplier } from "./delivery-outcome-applier.ts";
import { awaitDrainedResults } from "../jobs/drained-results.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { jobLogFields } from "../jobs/job-log-fields.ts";

export interface LostDeliveryDetectorDependencies {
  nats: Nats;
  outbox: DeliveryOutbox;
  outcomeApplier: DeliveryOutcomeApplier;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
  horizonSeconds: number;
}

const lookEveryMilliseconds = 5_000;
/** A gateway gives up by itself at the horizon; after this much more there is none that could. */
const horizonGraceMilliseconds = 120_000;
const endingsAtOnce = 20;

/**
 * Finds webhooks of which nothing will ever be heard. A gateway publishes an outcome before it acknowledges the delivery; so one is
 * lost when its message is no longer on STILLS_DELIVERIES and then, with every result applied that was on STILLS_RESULTS after
 * that was seen, it is still pending. And ends those whose horizon has passed: no condition stays Unknown for ever.
 */
export class LostDeliveryDetector {
  readonly #dependencies: LostDeliveryDetectorDependencies;
  readonly #loop: PeriodicTask;

  constructor(dependencies: LostDeliveryDetectorDependencies) {
    this.#dependencies = dependencies;
    const { clock, log } = dependencies;
    this.#loop = new PeriodicTask({
      name: "search for lost webhooks",
      pauseMilliseconds: lookEveryMilliseconds,
      clock,
      log,
      work: async (signal) => {
        await this.#endOverdue(signal);
        await this.#look(signal);
      },
    });
  }

  /** Looks now, as after a reconnect, when a server may have come back without its disk. */
  lookNow(): void {
    this.#loop.trigger();
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#loop.run(signal);
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { nats, outbox, metrics, clock, log } = this.#dependencies;
    const newest = clock.monotonicMilliseconds() - lookEveryMilliseconds;
    const candidates = outbox
      .pendingDeliveries()
      .filter((delivery) => delivery.publishedAtMilliseconds <= newest);
    if (candidates.length === 0) return;
    const onStream = (await deliveriesOnStream(nats)).subjects;
    const missing = candidates.filter(({ uid }) => !onStream.has(subjects.delivery(uid)));
    if (missing.length === 0) return;
    if (!(await awaitDrainedResults(this.#dependencies, lookEveryMilliseconds, signal))) return;
    const stillPending = new Set(outbox.pendingDeliveries());
    for (const delivery of missing) {
      if (!stillPending.has(delivery)) continue;
      metrics.lostDeliveries.increment();
      log.warn(
        { ...jobLogFields(delivery), dispatch: delivery.dispatch },
        "Lost webhook; publishing it again",
      );
      outbox.publishAgain(delivery);
    }
  }

  async #endOverdue(signal: AbortSignal): Promise<void> {
    const { outbox, clock, horizonSeconds } = this.#dependencies;
    const newest = clock.now() - horizonSeconds * 1000 - horizonGraceMilliseconds;
    const overdue = outbox
      .pendingDeliveries()
      .filter(({ endedMilliseconds }) => endedMilliseconds < newest);
    for (let start = 0; start < overdue.length; start += endingsAtOnce)
      await Promise.all(
        overdue.slice(start, start + endingsAtOnce).map((delivery) => this.#end(delivery, signal)),
      );
  }

  async #end({ uid, namespace, name }: PendingDelivery, signal: AbortSignal): Promise<void> {
    const { outcomeApplier, horizonSeconds } = this.#dependencies;
    const message = `No gateway could deliver the webhook within ${horizonSeconds} seconds`;
    const job = { namespace, name, uid };
    await outcomeApplier.apply({ job, delivery: "DeliveryExhausted", message }, signal);
  }
}

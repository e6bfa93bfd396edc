import { deliveryLifetimeSeconds } from "../../api/messages/delivery-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { deliveriesOnStream } from "../../platform/nats/stream-state.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { DeliveryOutbox, PendingDelivery } from "./delivery-outbox.ts";
import type { DeliveryOutcomeApplier } from "./delivery-outcome-applier.ts";
import { awaitDrainedResults } from "../jobs/drained-results.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { jobLogFields } from "../jobs/job-log-fields.ts";

interface LostDeliveryDetectorDependencies {
  nats: Nats;
  outbox: DeliveryOutbox;
  outcomeApplier: DeliveryOutcomeApplier;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
}

const pauseMilliseconds = 5_000;
/** Gateways give up at the end of the lifetime; this long after it, none delivers the webhook any more. */
const graceMilliseconds = 120_000;
const maxConcurrentEndings = 20;

/**
 * Finds webhooks that will get no outcome, and publishes them again. A gateway publishes the outcome before it acknowledges
 * the delivery. So a webhook is lost when its message is not on STILLS_DELIVERIES and it is still pending after every result
 * that was on STILLS_RESULTS at that time was applied. Webhooks whose lifetime has passed are ended as DeliveryExhausted, so
 * that no condition stays Unknown. Leader only.
 */
export class LostDeliveryDetector {
  readonly #dependencies: LostDeliveryDetectorDependencies;
  readonly #task: PeriodicTask;

  constructor(dependencies: LostDeliveryDetectorDependencies) {
    this.#dependencies = dependencies;
    const { clock, log } = dependencies;
    this.#task = new PeriodicTask({
      name: "search for lost webhooks",
      pauseMilliseconds,
      clock,
      log,
      work: async (signal) => {
        await this.#endOverdue(signal);
        await this.#publishLost(signal);
      },
    });
  }

  /** Searches at once: NATS may have lost its data. */
  trigger(): void {
    this.#task.trigger();
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#task.run(signal);
  }

  async #publishLost(signal: AbortSignal): Promise<void> {
    const { nats, outbox, metrics, clock, log } = this.#dependencies;
    const newest = clock.monotonicMilliseconds() - pauseMilliseconds;
    const candidates = outbox
      .pendingDeliveries()
      .filter((delivery) => delivery.publishedAtMilliseconds <= newest);
    if (candidates.length === 0) return;
    const onStream = (await deliveriesOnStream(nats)).subjects;
    const missing = candidates.filter(({ uid }) => !onStream.has(subjects.delivery(uid)));
    if (missing.length === 0) return;
    if (!(await awaitDrainedResults(this.#dependencies, pauseMilliseconds, signal))) return;
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
    const { outbox, clock } = this.#dependencies;
    const newest = clock.now() - deliveryLifetimeSeconds * 1000 - graceMilliseconds;
    const overdue = outbox
      .pendingDeliveries()
      .filter(({ endedMilliseconds, outcome }) => endedMilliseconds < newest && !outcome);
    for (let start = 0; start < overdue.length; start += maxConcurrentEndings)
      await Promise.all(
        overdue
          .slice(start, start + maxConcurrentEndings)
          .map((delivery) => this.#end(delivery, signal)),
      );
  }

  async #end({ uid, namespace, name }: PendingDelivery, signal: AbortSignal): Promise<void> {
    const { outbox, outcomeApplier } = this.#dependencies;
    const message = "No gateway could deliver the webhook within a day of the end of its job";
    const job = { namespace, name, uid };
    const outcome = { job, delivery: "DeliveryExhausted", message } as const;
    if ((await outcomeApplier.apply(outcome, signal)) === "Refused") outbox.remember(outcome);
  }
}

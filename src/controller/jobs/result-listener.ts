import { isDeliveryResult, parseDeliveryResult } from "../../api/messages/delivery-messages.ts";
import type { DeliveryResult } from "../../api/messages/delivery-messages.ts";
import { parseCaptureResult } from "../../api/messages/capture-result.ts";
import type { JobIdentity } from "../../api/messages/attempt-identity.ts";
import { consumers, streams, uidOfSubject } from "../../api/messages/subjects.ts";
import type { ObjectStoreMonitor } from "../object-store-monitor.ts";
import { isAttemptToken } from "./attempt-token.ts";
import { isDeliveryToken } from "../webhooks/delivery-token.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { PullConsumer } from "../../platform/nats/pull-consumer.ts";
import type { Delivery } from "../../platform/nats/pull-consumer.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { DeliveryOutbox } from "../webhooks/delivery-outbox.ts";
import type { DeliveryOutcomeApplier } from "../webhooks/delivery-outcome-applier.ts";
import type { ControllerMetrics, ResultOutcome } from "../metrics.ts";
import { CopyPool } from "./copy-pool.ts";
import type { ResultApplier } from "./result-applier.ts";
import { jobLogFields } from "./job-log-fields.ts";

interface ResultListenerDependencies {
  nats: Nats;
  resultApplier: ResultApplier;
  deliveryOutcomeApplier: DeliveryOutcomeApplier;
  outbox: Pick<DeliveryOutbox, "remember" | "keep">;
  store: Pick<ObjectStoreMonitor, "untilAvailable">;
  attemptKey: string;
  metrics: ControllerMetrics;
  log: Logger;
}

/** The result of a capture or of a webhook delivery, parsed and checked. */
interface ArrivedResult {
  job: JobIdentity;
  logFields: object;
  /** The token proves that the sender was given this attempt or this delivery. */
  hasValidToken: boolean;
  /** Whether that begins with a copy in the object store. */
  needsCopy(signal: AbortSignal): Promise<boolean>;
  apply(signal: AbortSignal): Promise<ResultOutcome>;
}

/** Results without a copy that are applied concurrently; each is one write to the API server, a few milliseconds long. */
const maxConcurrentResults = 32;
const pullMilliseconds = 10_000;
const redeliveryDelayMilliseconds = 1_000;

/** Reads STILLS_RESULTS: a result is acknowledged after it was applied to its job. Leader only. */
export class ResultListener {
  readonly #dependencies: ResultListenerDependencies;
  readonly #consumer: PullConsumer;
  readonly #copies: CopyPool;
  readonly #running = new Set<Promise<void>>();
  readonly #copying = new Set<Promise<void>>();

  constructor(dependencies: ResultListenerDependencies) {
    this.#dependencies = dependencies;
    const { nats, store, log } = dependencies;
    this.#copies = new CopyPool({ nats, store });
    const consumer = consumers.jobController;
    this.#consumer = new PullConsumer(nats, { stream: streams.results, consumer, log });
  }

  /** Listens until the signal ends it; resolves when the results under way are settled. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pull = { max: maxConcurrentResults, expiresMilliseconds: pullMilliseconds, signal };
      for await (const delivery of this.#consumer.fetch(pull)) {
        const work: Promise<void> = this.#settle(delivery, signal).finally(() => {
          this.#running.delete(work);
        });
        this.#running.add(work);
        while (this.#running.size >= maxConcurrentResults) await Promise.race(this.#running);
      }
    }
    await Promise.all([...this.#running, ...this.#copying]);
  }

  async #settle(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const arrived = this.#read(delivery);
    if (arrived === undefined) return;
    try {
      if (await arrived.needsCopy(signal)) this.#startCopying(delivery, arrived, signal);
      else await this.#finish(delivery, await arrived.apply(signal));
    } catch (err) {
      this.#returnFailed(delivery, arrived, { err, signal });
    }
  }

  /** Results that need no copy do not wait for it. */
  #startCopying(delivery: Delivery, arrived: ArrivedResult, signal: AbortSignal): void {
    const { namespace } = arrived.job;
    const copying: Promise<void> = this.#copies
      .run({ delivery, namespace, signal }, (limited) => arrived.apply(limited))
      .then((outcome) => this.#finish(delivery, outcome))
      .catch((err: unknown) => this.#returnFailed(delivery, arrived, { err, signal }))
      .finally(() => this.#copying.delete(copying));
    this.#copying.add(copying);
  }

  async #finish(delivery: Delivery, outcome: ResultOutcome): Promise<void> {
    this.#count(outcome);
    await delivery.ack();
  }

  #returnFailed(
    delivery: Delivery,
    arrived: ArrivedResult,
    { err, signal }: { err: unknown; signal: AbortSignal },
  ): void {
    if (!signal.aborted)
      this.#dependencies.log.warn(
        { ...jobLogFields(arrived.job), ...arrived.logFields, err },
        "Could not apply result",
      );
    delivery.nak(signal.aborted ? 0 : redeliveryDelayMilliseconds);
  }

  /** A result that cannot be parsed, or whose token is wrong, is removed and counted: a redelivery would not help. */
  #read(delivery: Delivery): ArrivedResult | undefined {
    let arrived: ArrivedResult;
    try {
      arrived = isDeliveryResult(delivery.body)
        ? this.#readDelivery(delivery.body)
        : this.#readCapture(delivery.body);
    } catch (err) {
      this.#refuse(delivery, "Malformed", err);
      return undefined;
    }
    if (arrived.hasValidToken && uidOfSubject(delivery.subject) === arrived.job.uid) return arrived;
    this.#refuse(delivery, "TokenWrong");
    return undefined;
  }

  #readCapture(body: unknown): ArrivedResult {
    const result = parseCaptureResult(body);
    const { job, attempt, attemptToken } = result;
    return {
      job,
      logFields: { attempt },
      hasValidToken: isAttemptToken(this.#dependencies.attemptKey, {
        uid: job.uid,
        attempt,
        attemptToken,
      }),
      needsCopy: (signal) => this.#dependencies.resultApplier.needsCopy(result, signal),
      apply: (signal) => this.#dependencies.resultApplier.apply(result, signal),
    };
  }

  #readDelivery(body: unknown): ArrivedResult {
    const result = parseDeliveryResult(body);
    const { job, deliveryToken, delivery } = result;
    return {
      job,
      logFields: { reason: delivery },
      hasValidToken: isDeliveryToken(this.#dependencies.attemptKey, job.uid, deliveryToken),
      needsCopy: async () => false,
      apply: async (signal) => {
        const outcome = await this.#dependencies.deliveryOutcomeApplier.apply(result, signal);
        if (outcome === "Refused") await this.#keepOutcome(result);
        return outcome;
      },
    };
  }

  async #keepOutcome(result: DeliveryResult): Promise<void> {
    const { outbox } = this.#dependencies;
    if (result.isKept === true) outbox.remember(result);
    else await outbox.keep(result);
  }

  #refuse(delivery: Delivery, outcome: ResultOutcome, err?: unknown): void {
    this.#count(outcome);
    this.#dependencies.log.error(
      { subject: delivery.subject, streamSequence: delivery.sequence, outcome, err },
      "Refused result",
    );
    delivery.term();
  }

  #count(outcome: ResultOutcome): void {
    this.#dependencies.metrics.results.increment({ outcome });
  }
}

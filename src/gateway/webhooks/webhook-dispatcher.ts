import { messageVersion } from "../../api/messages/message-version.ts";
import {
  deliveryAckWaitSeconds,
  isDeliveryResult,
  parseDeliveryRequest,
  parseDeliveryResult,
  type DeliveryBody,
  type DeliveryOutcome,
  type DeliveryRequest,
  type DeliveryResult,
} from "../../api/messages/delivery-messages.ts";
import { consumers, streams, subjects } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { keepWorking } from "../../platform/nats/message-lease.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import { PullConsumer, type Delivery } from "../../platform/nats/pull-consumer.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { Semaphore } from "../../platform/process/semaphore.ts";
import { isSettledWithin } from "../../platform/process/settled-within.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { KeptOutcomeReporter } from "./kept-outcome-reporter.ts";
import { ReceiverLimiter } from "./receiver-limiter.ts";
import { bodyBudgetBytes, bytesUnderWay, tryLimitMilliseconds } from "./try-limits-policy.ts";
import type { AttemptOutcome, WebhookSender } from "./webhook-sender.ts";

interface WebhookDispatcherDependencies {
  nats: Nats;
  publisher: Publisher;
  sender: WebhookSender;
  metrics: Pick<GatewayMetrics, "delivered">;
  clock: Clock;
  log: Logger;
  /** From 0 to 1, for jitter. */
  random: () => number;
}

const maxConcurrentAttempts = 128;
const receiverLimits = { perHost: 8, perNamespace: 32, picturesPerNamespace: 8 };
/** After a failure of Stills itself: growing with the failures in a row, so that a backlog waits quietly for its end. */
const internalErrorPauseMilliseconds = { shortest: 5_000, longest: 60_000 };
const internalErrorsUntilLongestPause = 256;
const pauseAfterPullErrorMilliseconds = 1_000;
const pullMilliseconds = 5_000;
/** How long a delivery waits for room among the bodies under way. */
const roomTimeoutMilliseconds = 60_000;
/** When the gateway stops, tries may go on for that long: those of small bodies end within it. */
const lastTriesSeconds = 25;

/** Pulls deliveries and makes one attempt of each. A failed delivery goes back to the stream with a delay. */
export class WebhookDispatcher implements Runnable {
  readonly name = "webhook dispatcher";
  readonly stopTimeoutSeconds = lastTriesSeconds + 10;
  readonly #dependencies: WebhookDispatcherDependencies;
  readonly #consumer: PullConsumer;
  readonly #stopping = new AbortController();
  /** Ends the tries that are left. */
  readonly #ending = new AbortController();
  readonly #bodyBudget = new Semaphore(bodyBudgetBytes);
  readonly #running = new Set<Promise<void>>();
  readonly #receiverLimiter: ReceiverLimiter;
  readonly #keptOutcomeReporter: KeptOutcomeReporter;
  #internalErrorsInRow = 0;
  #loop: Promise<void> | undefined;

  constructor(dependencies: WebhookDispatcherDependencies) {
    const { nats, publisher, log, clock, random } = dependencies;
    this.#dependencies = dependencies;
    this.#receiverLimiter = new ReceiverLimiter({ limits: receiverLimits, clock, random });
    this.#keptOutcomeReporter = new KeptOutcomeReporter({ nats, publisher, random });
    this.#consumer = new PullConsumer(nats, {
      stream: streams.deliveries,
      consumer: consumers.webhookSender,
      log,
    });
  }

  async start(): Promise<void> {
    this.#loop = this.#pull(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("The gateway is stopping"));
    await this.#loop;
    const ended = Promise.allSettled(this.#running);
    const { clock } = this.#dependencies;
    if (!(await isSettledWithin(ended, lastTriesSeconds * 1000, clock)))
      this.#ending.abort(new Error("The gateway is stopping"));
    await ended;
  }

  async #pull(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#dependencies;
    while (!signal.aborted) {
      const max = maxConcurrentAttempts - this.#running.size;
      if (max < 1) {
        await Promise.race(this.#running);
        continue;
      }
      try {
        const pull = { max, expiresMilliseconds: pullMilliseconds, signal };
        for await (const delivery of this.#consumer.fetch(pull)) this.#dispatch(delivery);
      } catch (thrown) {
        if (signal.aborted) return;
        log.error({ err: thrown }, "Could not pull deliveries");
        await clock.sleep(pauseAfterPullErrorMilliseconds, signal).catch(() => undefined);
      }
    }
  }

  #dispatch(delivery: Delivery): void {
    const work = this.#attempt(delivery).catch((thrown: unknown) => {
      // A failure of Stills itself (no controller, no object store) does not count as an attempt.
      delivery.nak(this.#pauseAfterInternalError());
      this.#dependencies.log.warn({ err: thrown }, "Could not attempt delivery");
    });
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  async #attempt(delivery: Delivery): Promise<void> {
    if (this.#stopping.signal.aborted) return delivery.nak();
    const message = this.#parse(delivery);
    if (message === undefined) return delivery.term();
    if ("delivery" in message) return await this.#keptOutcomeReporter.report(delivery, message);
    await this.#send(delivery, message);
  }

  async #send(delivery: Delivery, request: DeliveryRequest): Promise<void> {
    const { host } = new URL(request.url);
    const { body, job } = request;
    const isPicture = body.kind === "Picture";
    const admission = this.#receiverLimiter.admit({ host, namespace: job.namespace, isPicture });
    if (admission.kind === "Wait") return delivery.nak(admission.milliseconds);
    using permit = admission.permit;
    // A lost lease means that another gateway may have the delivery, so this attempt ends.
    using lease = keepWorking(this.#dependencies.nats, delivery, {
      ackWaitSeconds: deliveryAckWaitSeconds,
    });
    using _room = await this.#roomFor(body, lease.lost);
    using deadline = new Deadline({
      milliseconds: tryLimitMilliseconds(body),
      parents: [lease.lost, this.#ending.signal],
    });
    const outcome = await this.#dependencies.sender.send(request, deadline.signal);
    if (outcome.receiver !== undefined) permit.report(outcome.receiver);
    this.#internalErrorsInRow = 0;
    await this.#report(delivery, request, outcome);
  }

  /** Waits its turn: what is held of all bodies together has a limit, however large they are. */
  async #roomFor(body: DeliveryBody, lost: AbortSignal): Promise<Disposable> {
    using deadline = new Deadline({
      milliseconds: roomTimeoutMilliseconds,
      parents: [lost, this.#stopping.signal],
    });
    return await this.#bodyBudget.acquire(deadline.signal, bytesUnderWay(body));
  }

  /** Undefined for a malformed request, which is removed; the controller publishes it again while the webhook is pending. */
  #parse(delivery: Delivery): DeliveryRequest | DeliveryResult | undefined {
    try {
      return isDeliveryResult(delivery.body)
        ? parseDeliveryResult(delivery.body)
        : parseDeliveryRequest(delivery.body);
    } catch (thrown) {
      const { subject, sequence: streamSequence } = delivery;
      this.#dependencies.log.error({ subject, streamSequence, err: thrown }, "Refused delivery");
      return undefined;
    }
  }

  #pauseAfterInternalError(): number {
    const { shortest, longest } = internalErrorPauseMilliseconds;
    const share = Math.min(1, this.#internalErrorsInRow / internalErrorsUntilLongestPause);
    this.#internalErrorsInRow += 1;
    return (shortest + (longest - shortest) * share) * (0.8 + 0.4 * this.#dependencies.random());
  }

  /** Publishes a final outcome before the delivery is acknowledged, so that a crash in between repeats it. */
  async #report(
    delivery: Delivery,
    { job, deliveryToken }: DeliveryRequest,
    { step, message }: AttemptOutcome,
  ): Promise<void> {
    const { publisher, metrics } = this.#dependencies;
    if (step.kind === "TryAgain") {
      delivery.nak(step.afterMilliseconds);
      return metrics.delivered("TryAgain");
    }
    if (step.kind === "Drop") {
      await delivery.ack();
      return metrics.delivered("Dropped");
    }
    const outcome = outcomeOfStep[step.kind];
    const result: DeliveryResult = {
      version: messageVersion,
      job,
      deliveryToken,
      message,
      delivery: outcome,
    };
    await publisher.publish(subjects.result(job.uid), result, {
      messageID: `${job.uid}.delivered.${delivery.sequence}`,
    });
    await delivery.ack();
    metrics.delivered(outcome);
  }
}

const outcomeOfStep = {
  Delivered: "Delivered",
  Gone: "ReceiverGone",
  GiveUp: "DeliveryExhausted",
} as const satisfies Record<string, DeliveryOutcome>;

import {
  deliveryAckWaitSeconds,
  parseDeliveryRequest,
  type DeliveryOutcome,
  type DeliveryRequest,
  type DeliveryResult,
} from "../../api/messages/delivery-messages.ts";
import { messageVersion } from "../../api/messages/capture-messages.ts";
import { consumers, streams, subjects } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { keepWorking } from "../../platform/nats/lease.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import { PullConsumer, type Delivery } from "../../platform/nats/pull-consumer.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { KeyedLimiter } from "../accounts/keyed-limiter.ts";
import type { TryOutcome, WebhookSender } from "./webhook-sender.ts";

export interface WebhookLoopParts {
  nats: Nats;
  publisher: Publisher;
  sender: WebhookSender;
  clock: Clock;
  log: Logger;
  /** From 0 to 1. */
  random: () => number;
  delivered(outcome: DeliveryOutcome | "TryAgain" | "Dropped"): void;
}

const mostAtOnce = 128;
const crowdLimits = { perHost: 8, perNamespace: 32 };
/** Spread, so that those of a dead receiver do not all come back at once. */
const crowdedPauseMilliseconds = { least: 1_000, spread: 4_000 };
const ownTroublePauseMilliseconds = 5_000;
const pauseAfterTroubleMilliseconds = 1_000;
const pullMilliseconds = 5_000;
/** Ten seconds each for the signature and the receiver, and some for the store. */
const tryLimitSeconds = 25;

/** Pulls deliveries and makes one try of each; what has to be tried again goes back to the stream with a delay. */
export class WebhookLoop implements Runnable {
  readonly name = "webhook loop";
  /** Tries that are under way are brought to their end. */
  readonly stopTimeoutSeconds = tryLimitSeconds + 10;
  readonly #parts: WebhookLoopParts;
  readonly #consumer: PullConsumer;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #crowd = new KeyedLimiter(crowdLimits);
  #loop: Promise<void> | undefined;

  constructor(parts: WebhookLoopParts) {
    this.#parts = parts;
    this.#consumer = new PullConsumer(parts.nats, {
      stream: streams.deliveries,
      consumer: consumers.webhookSender,
      log: parts.log,
    });
  }

  async start(): Promise<void> {
    this.#loop = this.#pull(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("The gateway is stopping"));
    await this.#loop;
    await Promise.allSettled(this.#running);
  }

  async #pull(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts;
    while (!signal.aborted) {
      const max = mostAtOnce - this.#running.size;
      if (max < 1) {
        await Promise.race(this.#running);
        continue;
      }
      try {
        const pull = { max, expiresMilliseconds: pullMilliseconds, signal };
        for await (const delivery of this.#consumer.fetch(pull)) this.#take(delivery);
      } catch (thrown) {
        if (signal.aborted) return;
        log.error({ err: thrown }, "Could not pull deliveries");
        await clock.sleep(pauseAfterTroubleMilliseconds, signal).catch(() => undefined);
      }
    }
  }

  #take(delivery: Delivery): void {
    const work = this.#handle(delivery).catch((thrown: unknown) => {
      // Stills' own trouble (no controller, no store) is not the receiver's: it costs no try.
      delivery.nak(ownTroublePauseMilliseconds);
      this.#parts.log.warn({ err: thrown }, "Could not try delivery");
    });
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  async #handle(delivery: Delivery): Promise<void> {
    if (this.#stopping.signal.aborted) return delivery.nak();
    const request = this.#read(delivery);
    if (request === undefined) return delivery.term();
    using place = this.#crowd.enter(new URL(request.url).host, request.job.namespace);
    if (place === undefined) return delivery.nak(this.#crowdedPause());
    // A lost lease means that another gateway may have it now: then this try is cut off.
    using lease = keepWorking(this.#parts.nats, delivery, {
      ackWaitSeconds: deliveryAckWaitSeconds,
    });
    const limit = AbortSignal.timeout(tryLimitSeconds * 1000);
    const signal = AbortSignal.any([limit, lease.lost]);
    const outcome = await this.#parts.sender.send(request, signal);
    await this.#settle(delivery, request, outcome);
  }

  /** One that cannot be read is removed; the controller publishes it anew while the webhook is pending. */
  #read(delivery: Delivery): DeliveryRequest | undefined {
    try {
      return parseDeliveryRequest(delivery.body);
    } catch (thrown) {
      const { subject, sequence: streamSequence } = delivery;
      this.#parts.log.error({ subject, streamSequence, err: thrown }, "Refused delivery");
      return undefined;
    }
  }

  #crowdedPause(): number {
    const { least, spread } = crowdedPauseMilliseconds;
    return least + spread * this.#parts.random();
  }

  async #settle(
    delivery: Delivery,
    { job, deliveryToken }: DeliveryRequest,
    { step, message }: TryOutcome,
  ): Promise<void> {
    if (step.kind === "TryAgain") {
      delivery.nak(step.afterMilliseconds);
      return this.#parts.delivered("TryAgain");
    }
    if (step.kind === "Drop") {
      await delivery.ack();
      return this.#parts.delivered("Dropped");
    }
    const outcome = outcomeOfStep[step.kind];
    const result: DeliveryResult = {
      ...{ version: messageVersion, job, deliveryToken, message },
      delivery: outcome,
    };
    await this.#parts.publisher.publish(subjects.result(job.uid), result, {
      messageID: `${job.uid}.delivered.${delivery.sequence}`,
    });
    await delivery.ack();
    this.#parts.delivered(outcome);
  }
}

const outcomeOfStep = {
  Delivered: "Delivered",
  Gone: "ReceiverGone",
  GiveUp: "DeliveryExhausted",
} as const satisfies Record<string, DeliveryOutcome>;

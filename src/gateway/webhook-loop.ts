import {
  parseDeliveryRequest,
  type DeliveryOutcome,
  type DeliveryRequest,
  type DeliveryResult,
} from "../api/delivery-messages.ts";
import { messageVersion } from "../api/messages.ts";
import { consumers, streams, subjects } from "../api/subjects.ts";
import type { Nats } from "../platform/nats/connection.ts";
import type { Publisher } from "../platform/nats/publisher.ts";
import { PullConsumer, type Delivery } from "../platform/nats/pull-consumer.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { TryOutcome, WebhookSender } from "./webhook-sender.ts";

export interface WebhookLoopParts {
  nats: Nats;
  publisher: Publisher;
  sender: WebhookSender;
  log: Logger;
  delivered(outcome: DeliveryOutcome | "TryAgain"): void;
}

const mostAtOnce = 64;
/** So many of one receiver at a time: a dead one holds these places, not all. */
const mostPerHost = 8;
const crowdedPauseMilliseconds = 1_000;
const ownTroublePauseMilliseconds = 5_000;
const pullMilliseconds = 5_000;
/** A try takes at most twenty seconds; longer than this no message is held when the process stops. */
const stopSeconds = 30;

/** Pulls deliveries and makes one try of each; what has to be tried again goes back to the stream with a delay. A Part. */
export class WebhookLoop {
  readonly name = "webhook loop";
  readonly stopTimeoutSeconds = stopSeconds;
  readonly #parts: WebhookLoopParts;
  readonly #consumer: PullConsumer;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #perHost = new Map<string, number>();
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
    while (!signal.aborted) {
      const max = mostAtOnce - this.#running.size;
      if (max < 1) {
        await Promise.race(this.#running);
        continue;
      }
      try {
        for await (const delivery of this.#consumer.fetch({
          max,
          expiresMilliseconds: pullMilliseconds,
          signal,
        }))
          this.#take(delivery);
      } catch (thrown) {
        if (!signal.aborted) this.#parts.log.error({ err: thrown }, "Could not pull deliveries");
        return;
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
    const request = parseDeliveryRequest(delivery.body);
    const { host } = new URL(request.url);
    const underWay = this.#perHost.get(host) ?? 0;
    if (underWay >= mostPerHost) return delivery.nak(crowdedPauseMilliseconds);
    this.#perHost.set(host, underWay + 1);
    try {
      const outcome = await this.#parts.sender.send(
        request,
        AbortSignal.timeout(stopSeconds * 1000),
      );
      await this.#settle(delivery, request, outcome);
    } finally {
      const left = (this.#perHost.get(host) ?? 1) - 1;
      if (left === 0) this.#perHost.delete(host);
      else this.#perHost.set(host, left);
    }
  }

  async #settle(
    delivery: Delivery,
    request: DeliveryRequest,
    { step, message }: TryOutcome,
  ): Promise<void> {
    if (step.kind === "TryAgain") {
      this.#parts.delivered("TryAgain");
      return delivery.nak(step.afterMilliseconds);
    }
    const outcome = outcomeOfStep[step.kind];
    const { job, deliveryToken } = request;
    const result: DeliveryResult = {
      ...{ version: messageVersion, job, deliveryToken, message },
      delivery: outcome,
    };
    await this.#parts.publisher.publish(subjects.result(job.uid), result, {
      messageID: `${job.uid}.delivery.${outcome}`,
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

import { Failure } from "../../api/reasons/failure.ts";
import type { Log } from "./nats-options.ts";
import type { Nats } from "./connection.ts";
import type { Delivery } from "./message-delivery.ts";
import { pause } from "./limits.ts";
import { PullRequest } from "./pull-request.ts";
import type { PullFailure } from "./pull-request.ts";

export type { Delivery } from "./message-delivery.ts";

interface FetchOptions {
  /** Most messages to deliver. */
  max: number;
  /** How long the pull request stays open; at least 1,000. */
  expiresMilliseconds: number;
  /** Ends the pull. Messages in flight are still yielded. */
  signal: AbortSignal;
}

interface PullConsumerOptions {
  stream: string;
  consumer: string;
  log: Log;
}

const shortestExpiryMilliseconds = 1_000;
const pauseAfterFailureMilliseconds = 1_000;
/** Pulls in a row without a message or heartbeat, though connected, before the connection is opened anew. */
const silentPullsBeforeReconnect = 3;

/** Pulls from one durable consumer. Needs no permission but to pull and to acknowledge. */
export class PullConsumer {
  readonly #nats: Nats;
  readonly #options: PullConsumerOptions;
  #silentPulls = 0;

  constructor(nats: Nats, options: PullConsumerOptions) {
    this.#nats = nats;
    this.#options = options;
  }

  /**
   * One pull: yields up to `max` deliveries as they arrive and ends when it has them, when `expiresMilliseconds` are over,
   * or when the signal is aborted. A failure (lost connection, missing stream or consumer, missed heartbeats) is not thrown: it is
   * logged, and the pull ends after a second, so callers pull in a loop until they stop. Leaving the loop early returns the rest,
   * which counts as a delivery.
   *
   * @throws Failure(InternalError) before the first connect and after the connection was stopped.
   */
  async *fetch(options: FetchOptions): AsyncGenerator<Delivery, void, undefined> {
    checkOptions(options);
    if (options.signal.aborted) return;
    const pull = new PullRequest(this.#nats, {
      ...this.#options,
      max: options.max,
      expiresMilliseconds: options.expiresMilliseconds,
      inboxPrefix: this.#nats.inboxPrefix,
    });
    const drain = (): void => void pull.drain();
    options.signal.addEventListener("abort", drain, { once: true });
    try {
      for (let next = await pull.next(); next !== undefined; next = await pull.next()) yield next;
    } finally {
      options.signal.removeEventListener("abort", drain);
      await pull.close();
    }
    await this.#recover(pull.failure, options.signal);
  }

  async #recover(failure: PullFailure | undefined, signal: AbortSignal): Promise<void> {
    this.#silentPulls = failure?.kind === "Silent" ? this.#silentPulls + 1 : 0;
    if (failure === undefined || failure.kind === "Reconnected") return;
    const { stream, consumer, log } = this.#options;
    log.warn({ stream, consumer, failure }, "Could not pull from the stream; trying again");
    if (this.#silentPulls >= silentPullsBeforeReconnect) {
      this.#silentPulls = 0;
      log.error({ stream, consumer }, "The server does not answer pulls; connecting anew");
      await this.#nats.reconnect();
    }
    await pause(pauseAfterFailureMilliseconds, signal);
  }
}

function checkOptions(options: FetchOptions): void {
  if (!Number.isSafeInteger(options.max) || options.max < 1)
    throw new Failure("InternalError", { message: `max must be at least 1, not ${options.max}` });
  if (!(options.expiresMilliseconds >= shortestExpiryMilliseconds))
    throw new Failure("InternalError", {
      message: `expiresMilliseconds must be at least ${shortestExpiryMilliseconds}, not ${options.expiresMilliseconds}`,
    });
}

import { createInbox } from "@nats-io/transport-node";
import type { Msg, Subscription } from "@nats-io/transport-node";
import type { Nats } from "./connection.ts";
import { toDelivery } from "./message-delivery.ts";
import type { Delivery } from "./message-delivery.ts";
import { within } from "./limits.ts";

interface PullRequestOptions {
  stream: string;
  consumer: string;
  max: number;
  expiresMilliseconds: number;
  inboxPrefix: string;
}

/** Why a pull ended before it was full or expired. `Silent`: connected, but the server sends not even heartbeats. */
export type PullFailure =
  | { kind: "Refused"; code: number; description: string }
  | { kind: "Silent" }
  | { kind: "Reconnected" };

const longestHeartbeatMilliseconds = 15_000;
/** At least, since a busy server can be late; else two and a half heartbeats. */
const shortestSilenceMilliseconds = 5_000;
const drainLimitMilliseconds = 2_000;
const nanosecondsPerMillisecond = 1_000_000;
const statusIdleHeartbeat = 100;
const statusNoMessages = 404;
const statusExpired = 408;

/**
 * One pull request and the messages that the server sends for it (ADR-13). The client's own `fetch` drops messages in flight
 * when it is stopped, which are redelivered only after ack_wait; this one drains first.
 */
export class PullRequest {
  readonly #nats: Nats;
  readonly #request: PullRequestOptions;
  readonly #subscription: Subscription;
  readonly #removeHook: () => void;
  readonly #watch: NodeJS.Timeout;
  readonly #arrived: Delivery[] = [];
  readonly #silenceMilliseconds: number;
  #changed = Promise.withResolvers<void>();
  #received = 0;
  #heardAt = performance.now();
  #isOver = false;
  #failure: PullFailure | undefined;

  constructor(nats: Nats, request: PullRequestOptions) {
    this.#nats = nats;
    this.#request = request;
    const heartbeat = Math.min(longestHeartbeatMilliseconds, request.expiresMilliseconds / 2);
    this.#silenceMilliseconds = Math.max(shortestSilenceMilliseconds, 2.5 * heartbeat);
    const inbox = createInbox(request.inboxPrefix);
    this.#subscription = nats.connection.subscribe(inbox, {
      callback: (err, message) => this.#receive(err, message, inbox),
    });
    this.#removeHook = nats.onReconnect(() => this.#end({ kind: "Reconnected" }));
    this.#watch = setInterval(() => this.#check(), heartbeat);
    nats.connection.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${request.stream}.${request.consumer}`,
      JSON.stringify({
        batch: request.max,
        expires: Math.round(request.expiresMilliseconds * nanosecondsPerMillisecond),
        idle_heartbeat: Math.round(heartbeat * nanosecondsPerMillisecond),
      }),
      { reply: inbox },
    );
  }

  /** Undefined unless it failed. */
  get failure(): PullFailure | undefined {
    return this.#failure;
  }

  /** The next delivery; undefined when the pull is over and every delivery was returned. */
  async next(): Promise<Delivery | undefined> {
    for (;;) {
      const delivery = this.#arrived.shift();
      if (delivery !== undefined) return delivery;
      if (this.#isOver) return undefined;
      await this.#changed.promise;
      this.#changed = Promise.withResolvers();
    }
  }

  /** Requests no more; messages in flight still arrive. */
  async drain(): Promise<void> {
    clearInterval(this.#watch);
    this.#removeHook();
    if (!this.#subscription.isClosed()) {
      try {
        if (this.#nats.isConnected)
          await within(this.#subscription.drain(), drainLimitMilliseconds);
      } catch {
        // The connection is lost; the server ends the pull by itself.
      }
      if (!this.#subscription.isClosed()) this.#subscription.unsubscribe();
    }
    this.#end(undefined);
  }

  /** Drains and returns the deliveries that `next` did not return. */
  async close(): Promise<void> {
    await this.drain();
    for (const delivery of this.#arrived.splice(0))
      if (!this.#nats.connection.isClosed()) delivery.nak();
  }

  #receive(err: Error | null, message: Msg, inbox: string): void {
    this.#heardAt = performance.now();
    if (err !== null) return this.#end({ kind: "Refused", code: 403, description: err.message });
    if (message.subject === inbox) return this.#receiveStatus(message);
    const delivery = toDelivery(this.#nats.connection, message);
    if (delivery === undefined) return;
    this.#arrived.push(delivery);
    this.#received += 1;
    this.#changed.resolve();
    if (this.#received >= this.#request.max) this.#end(undefined);
  }

  #receiveStatus(message: Msg): void {
    const code = message.headers?.code ?? 0;
    if (code === statusIdleHeartbeat) return;
    if (code === statusExpired || code === statusNoMessages) return this.#end(undefined);
    this.#end({ kind: "Refused", code, description: message.headers?.description ?? "" });
  }

  #check(): void {
    // While the connection is down nothing arrives; the reconnect ends the pull.
    if (!this.#nats.isConnected) this.#heardAt = performance.now();
    if (performance.now() - this.#heardAt > this.#silenceMilliseconds)
      this.#end({ kind: "Silent" });
  }

  #end(failure: PullFailure | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = failure;
    this.#changed.resolve();
  }
}

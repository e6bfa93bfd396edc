import type { MsgHdrs } from "@nats-io/transport-node";
import { headers } from "@nats-io/transport-node";
import { attempt } from "./repeatable-request.ts";
import type { Nats } from "./connection.ts";
import { isOccupied, isTransient, toNatsFailure } from "./nats-failure.ts";
import { parseBody } from "./body.ts";
import { pause } from "./limits.ts";

type PublishOutcome =
  /** `duplicate`: the stream has seen this message id within its window and stored nothing new. */
  | { kind: "Published"; sequence: number; duplicate: boolean }
  /** The stream has a message of this subject, queued or unacknowledged (error 10077). Not a failure. */
  | { kind: "Occupied" };

interface PublishOptions {
  /** Nats-Msg-Id; the same id may be published again without harm. */
  messageID: string;
  /** For all tries together. Default 10,000. */
  timeoutMilliseconds?: number;
  signal?: AbortSignal;
}

export interface CoreMessage {
  subject: string;
  /** Parsed JSON; undefined if the body is not valid JSON. */
  body: unknown;
}

export interface BytesMessage {
  subject: string;
  bytes: Uint8Array;
  headers: Record<string, string>;
}

/** Ends a subscription. Idempotent. */
export type Unsubscribe = () => void;

/** For the message id. */
const headerBytes = 512;
const oneTryMilliseconds = 3_000;
const pauseBetweenTriesMilliseconds = 250;

/** The server would close the connection over such a message; no repetition helps. */
export class MessageTooLarge extends Error {
  constructor(sizeBytes: number, limitBytes: number) {
    super(`The message has ${sizeBytes} bytes, more than the ${limitBytes} that NATS accepts`);
    this.name = "MessageTooLarge";
  }
}

/** Publishes to streams and to core subjects, and subscribes to core subjects. */
export class Publisher {
  readonly #nats: Nats;

  constructor(nats: Nats) {
    this.#nats = nats;
  }

  /**
   * Stores a JSON message on the stream of its subject and waits for the server to confirm. Retries with the same message id
   * while the stream has no leader, the server does not answer or the connection is down, until the time limit.
   *
   * @throws MessageTooLarge; Failure(InternalError) when the limit is over or the server refuses for another reason.
   */
  async publish(subject: string, body: unknown, options: PublishOptions): Promise<PublishOutcome> {
    const payload = JSON.stringify(body);
    const sizeBytes = Buffer.byteLength(payload) + headerBytes;
    if (sizeBytes > this.maxPayloadBytes)
      throw new MessageTooLarge(sizeBytes, this.maxPayloadBytes);
    const endsAt = performance.now() + (options.timeoutMilliseconds ?? 10_000);
    for (;;) {
      const left = endsAt - performance.now();
      try {
        const ack = await attempt(
          this.#nats,
          (timeout) =>
            this.#nats.jetstream.publish(subject, payload, { msgID: options.messageID, timeout }),
          {
            limitMilliseconds: Math.max(1, Math.min(oneTryMilliseconds, left)),
            signal: options.signal,
          },
        );
        return { kind: "Published", sequence: ack.seq, duplicate: ack.duplicate };
      } catch (err) {
        if (isOccupied(err)) return { kind: "Occupied" };
        const isOver = performance.now() + pauseBetweenTriesMilliseconds >= endsAt;
        if (!isTransient(err) || isOver || options.signal?.aborted === true)
          throw toNatsFailure(err, `The message for ${subject} could not be stored`);
      }
      await pause(pauseBetweenTriesMilliseconds, options.signal);
    }
  }

  /** Sends JSON on core NATS: at most once, with or without a subscriber. Lost while the connection is down. */
  send(subject: string, body: unknown): void {
    if (this.#nats.state === "Connecting") return;
    this.#nats.connection.publish(subject, JSON.stringify(body));
  }

  /** Sends raw bytes on core NATS, at most `maxPayloadBytes` of them in one message. */
  sendBytes(subject: string, bytes: Uint8Array, facts: Record<string, string> = {}): void {
    this.#nats.connection.publish(subject, bytes, { headers: toHeaders(facts) });
  }

  /** The largest message that the server takes. */
  get maxPayloadBytes(): number {
    return this.#nats.connection.info?.max_payload ?? 1_048_576;
  }

  /** Resolves when the server has received everything sent before. */
  async flush(): Promise<void> {
    await this.#nats.connection.flush();
  }

  /**
   * Receives JSON messages of a core subject, across reconnects, until the returned function is called. What the handler
   * throws is logged. A subscription that the server does not permit receives nothing; the connection logs "NATS refused".
   */
  subscribe(subject: string, handler: (message: CoreMessage) => void): Unsubscribe {
    return this.#subscribe(subject, (message) =>
      handler({ subject: message.subject, body: parseBody(message.data) }),
    );
  }

  /** As `subscribe`, for raw bytes with headers. */
  subscribeBytes(subject: string, handler: (message: BytesMessage) => void): Unsubscribe {
    return this.#subscribe(subject, (message) =>
      handler({
        subject: message.subject,
        bytes: message.data,
        headers: fromHeaders(message.headers),
      }),
    );
  }

  #subscribe(
    subject: string,
    handle: (message: { subject: string; data: Uint8Array; headers?: MsgHdrs }) => void,
  ): Unsubscribe {
    const subscription = this.#nats.connection.subscribe(subject, {
      callback: (err, message) => {
        // The connection has logged why ("NATS refused"); there is no message.
        if (err !== null) return;
        try {
          handle(message);
        } catch (thrown) {
          // An error of a handler would end the reading of the whole connection.
          this.#nats.log.error(
            { err: thrown, subject: message.subject },
            "Could not handle message",
          );
        }
      },
    });
    return () => {
      if (!subscription.isClosed()) subscription.unsubscribe();
    };
  }
}

function toHeaders(facts: Record<string, string>): MsgHdrs {
  const set = headers();
  for (const [name, value] of Object.entries(facts)) set.set(name, value);
  return set;
}

function fromHeaders(set: MsgHdrs | undefined): Record<string, string> {
  if (set === undefined) return {};
  return Object.fromEntries(set.keys().map((name) => [name, set.get(name)]));
}

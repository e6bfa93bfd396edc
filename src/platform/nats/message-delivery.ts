import type { Msg, NatsConnection } from "@nats-io/transport-node";
import { parseBody } from "./body.ts";

/** One delivery of one message of a work queue. Settle it last: ack, nak or term. */
export interface Delivery {
  readonly subject: string;
  /** Parsed JSON; undefined if the body is not valid JSON. */
  readonly body: unknown;
  /** 1 for the first delivery. */
  readonly deliveryCount: number;
  /** Of the message in its stream. */
  readonly sequence: number;
  /** When the message was stored, by the clock of the server; epoch milliseconds. */
  readonly storedMilliseconds: number;
  /** Restarts ack_wait. Fire and forget: see `keepWorking`. */
  working(): void;
  /** Acknowledges and waits for the server to confirm; false if that takes too long, and the message may be redelivered. */
  ack(timeoutMilliseconds?: number): Promise<boolean>;
  /** Returns it, to be redelivered at once or after the delay. */
  nak(delayMilliseconds?: number): void;
  /** Removes it from the queue unprocessed. */
  term(): void;
}

const ackLimitMilliseconds = 5_000;
const nanosecondsPerMillisecond = 1_000_000;

/**
 * What JetStream delivered, with the acknowledgements of its protocol (payloads: nats.io, "Acknowledging Messages").
 * Undefined if the message is not from JetStream.
 */
export function toDelivery(connection: NatsConnection, message: Msg): Delivery | undefined {
  const position = parseReply(message.reply ?? "");
  if (position === undefined) return undefined;
  const reply = message.reply ?? "";
  return {
    subject: message.subject,
    body: parseBody(message.data),
    ...position,
    working: () => connection.publish(reply, "+WPI"),
    // The acknowledgement of a stale delivery succeeds too and removes the message: it is no fence.
    ack: async (timeoutMilliseconds = ackLimitMilliseconds) => {
      try {
        await connection.request(reply, "+ACK", { timeout: timeoutMilliseconds });
        return true;
      } catch {
        return false;
      }
    },
    nak: (delayMilliseconds = 0) =>
      connection.publish(
        reply,
        delayMilliseconds > 0
          ? `-NAK ${JSON.stringify({ delay: Math.round(delayMilliseconds * nanosecondsPerMillisecond) })}`
          : "-NAK",
      ),
    // Without a reason: older servers redeliver a message that was terminated with one.
    term: () => connection.publish(reply, "+TERM"),
  };
}

/**
 * `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<time>.<pending>`, or with `<domain>.<account>`
 * after ACK and a random token at the end (ADR-15).
 */
function parseReply(
  reply: string,
): Pick<Delivery, "deliveryCount" | "sequence" | "storedMilliseconds"> | undefined {
  const tokens = reply.split(".");
  if (tokens[0] !== "$JS" || tokens[1] !== "ACK" || tokens.length < 9) return undefined;
  const at = tokens.length === 9 ? 4 : 6;
  const deliveryCount = Number(tokens[at]);
  const sequence = Number(tokens[at + 1]);
  const storedMilliseconds = Number(tokens[at + 3]) / nanosecondsPerMillisecond;
  if (!Number.isSafeInteger(deliveryCount) || !Number.isSafeInteger(sequence)) return undefined;
  return { deliveryCount, sequence, storedMilliseconds };
}

import { createHash } from "node:crypto";
import type {
  DeliveryRequest,
  SignatureAnswer,
  SignatureQuestion,
} from "../api/delivery-messages.ts";
import { subjects } from "../api/subjects.ts";
import { nextStep, type NextStep, type ReceiverAnswer } from "../core/webhook-schedule.ts";
import { sendThroughProxy } from "../platform/http/proxied-request.ts";
import { ask } from "../platform/nats/ask.ts";
import type { Nats } from "../platform/nats/connection.ts";
import type { ObjectStore } from "../platform/objects/store.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";

export interface WebhookSenderParts {
  nats: Nats;
  store: ObjectStore;
  egressURL: string;
  clock: Clock;
  log: Logger;
  /** From 0 to 1. */
  random: () => number;
}

export interface TryOutcome {
  step: NextStep;
  /** What the receiver did, as a sentence for the condition; never what it wrote. */
  message: string;
}

const receiverTimeoutMilliseconds = 10_000;
const signatureTimeoutMilliseconds = 10_000;

/** Makes one try of one delivery. Throws when Stills itself could not (no signature, no picture): that is no try. */
export class WebhookSender {
  readonly #parts: WebhookSenderParts;

  constructor(parts: WebhookSenderParts) {
    this.#parts = parts;
  }

  async send(delivery: DeliveryRequest, signal: AbortSignal): Promise<TryOutcome> {
    const { clock, random } = this.#parts;
    const body = await this.#bodyOf(delivery, signal);
    if (body === undefined)
      return { step: { kind: "GiveUp" }, message: "The picture is no longer in the store" };
    const headers = await this.#headersOf(delivery, body, signal);
    const { answer, message } = await this.#post(delivery, body, headers, signal);
    const step = nextStep(answer, {
      elapsedMilliseconds: clock.now() - delivery.sinceMilliseconds,
      horizonMilliseconds: delivery.horizonMilliseconds,
      random: random(),
    });
    return { step, message };
  }

  async #bodyOf({ body }: DeliveryRequest, signal: AbortSignal): Promise<Buffer | undefined> {
    if (body.kind === "Text") return Buffer.from(body.text);
    const stored = await this.#parts.store.get(body.key, { signal });
    return stored?.bytes;
  }

  /** The signatures are asked for on every try, since their timestamp is part of what is signed. */
  async #headersOf(
    delivery: DeliveryRequest,
    body: Buffer,
    signal: AbortSignal,
  ): Promise<Record<string, string>> {
    const timestampSeconds = Math.floor(this.#parts.clock.now() / 1000);
    const headers = {
      ...delivery.headers,
      "content-type": delivery.body.mediaType,
      "user-agent": "Stills",
      "webhook-id": delivery.webhookID,
      "webhook-timestamp": String(timestampSeconds),
    };
    if (!delivery.sign) return headers;
    const question: SignatureQuestion = {
      job: delivery.job,
      deliveryToken: delivery.deliveryToken,
      timestampSeconds,
      bodySHA256: createHash("sha256").update(body).digest("hex"),
    };
    const answer = (await ask(this.#parts.nats, subjects.ask.signature, question, {
      timeoutMilliseconds: signatureTimeoutMilliseconds,
      signal,
    })) as SignatureAnswer;
    return { ...headers, ...answer.headers };
  }

  async #post(
    { url, proxyToken }: DeliveryRequest,
    body: Buffer,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<{ answer: ReceiverAnswer; message: string }> {
    try {
      const { statusCode, headers: answered } = await sendThroughProxy({
        ...{ url, headers, body, proxyToken, signal },
        method: "POST",
        proxyURL: this.#parts.egressURL,
        timeoutMilliseconds: receiverTimeoutMilliseconds,
      });
      const refusal = answered["x-stills-reason"];
      if (refusal !== undefined)
        return { answer: answerOfRefusal(refusal), message: sentenceOfRefusal(refusal) };
      const retryAfterSeconds = readRetryAfter(answered["retry-after"], this.#parts.clock.now());
      return {
        answer: {
          kind: "Status",
          status: statusCode,
          ...(retryAfterSeconds && { retryAfterSeconds }),
        },
        message: `The receiver answered ${statusCode}`,
      };
    } catch (thrown) {
      signal.throwIfAborted();
      this.#parts.log.debug(
        { err: thrown, targetHost: new URL(url).host },
        "Receiver did not answer",
      );
      return {
        answer: { kind: "NoAnswer" },
        message: `The receiver did not answer within ${receiverTimeoutMilliseconds / 1000} seconds, or may not be reached`,
      };
    }
  }
}

/** What the egress proxy itself refuses for good is not worth a retry until the horizon. */
function answerOfRefusal(reason: string): ReceiverAnswer {
  return reason === "TargetNotAllowed" ? { kind: "Status", status: 403 } : { kind: "NoAnswer" };
}

function sentenceOfRefusal(reason: string): string {
  return reason === "TargetNotAllowed"
    ? "The address of the webhook may not be visited: it must be https and public"
    : "The receiver could not be reached";
}

/** Seconds, or an HTTP date. */
function readRetryAfter(value: string | undefined, nowMilliseconds: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - nowMilliseconds) / 1000);
}

import { createHash } from "node:crypto";
import { parseSignatureAnswer } from "../../api/messages/delivery-messages.ts";
import type {
  DeliveryRequest,
  SignatureAnswer,
  SignatureQuestion,
} from "../../api/messages/delivery-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { nextStep, type NextStep, type ReceiverAnswer } from "./webhook-schedule.ts";
import { TunnelRefused } from "../../platform/http/connect-client.ts";
import { sendThroughProxy } from "../../platform/http/proxied-request.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";

export interface WebhookSenderParts {
  nats: Nats;
  store: ObjectStore;
  egressURL: string;
  /** Whether receivers may be reached without TLS. */
  allowsHTTP: boolean;
  clock: Clock;
  log: Logger;
  /** From 0 to 1. */
  random: () => number;
}

export interface TryOutcome {
  step:
    | NextStep
    /** The delivery no longer counts; what follows from that is the controller's. */
    | { kind: "Drop" };
  /** What the receiver did, as a sentence for the condition; never what it wrote. */
  message: string;
}

interface Tried {
  answer: ReceiverAnswer;
  message: string;
  /** No later try can end otherwise. */
  isFinal?: true;
}

const receiverTimeoutMilliseconds = 10_000;
const signatureTimeoutMilliseconds = 10_000;
/** Refused in a way that waiting rarely changes, as by a receiver that answers 403. */
const refused: ReceiverAnswer = { kind: "Status", status: 403 };

/** Makes one try of one delivery. Throws when Stills itself could not (no signature, no picture): that is no try. */
export class WebhookSender {
  readonly #parts: WebhookSenderParts;

  constructor(parts: WebhookSenderParts) {
    this.#parts = parts;
  }

  async send(delivery: DeliveryRequest, signal: AbortSignal): Promise<TryOutcome> {
    if (this.#elapsedMilliseconds(delivery) > delivery.horizonMilliseconds)
      return giveUp("The time in which the webhook was to be delivered is over");
    const body = await this.#bodyOf(delivery, signal);
    if (body === undefined) return giveUp("The picture is no longer in the store");

    const timestampSeconds = Math.floor(this.#parts.clock.now() / 1000);
    const signature = await this.#signatureOf(delivery, { body, timestampSeconds }, signal);
    if (signature.kind === "Settled" || signature.kind === "Outdated")
      return { step: { kind: "Drop" }, message: "The delivery no longer counts" };
    if (signature.kind === "Unsignable")
      return this.#judge(delivery, { answer: refused, message: signature.message });

    const headers = {
      ...delivery.headers,
      "content-type": delivery.body.mediaType,
      "user-agent": "Stills",
      "webhook-id": delivery.webhookID,
      "webhook-timestamp": String(timestampSeconds),
      ...signature.headers,
    };
    return this.#judge(delivery, await this.#post(delivery, { body, headers }, signal));
  }

  #judge(delivery: DeliveryRequest, { answer, message, isFinal }: Tried): TryOutcome {
    if (isFinal) return giveUp(message);
    const step = nextStep(answer, {
      elapsedMilliseconds: this.#elapsedMilliseconds(delivery),
      horizonMilliseconds: delivery.horizonMilliseconds,
      random: this.#parts.random(),
    });
    return { step, message };
  }

  #elapsedMilliseconds({ sinceMilliseconds }: DeliveryRequest): number {
    return this.#parts.clock.now() - sinceMilliseconds;
  }

  /** Undefined when what is stored is not what the job took. */
  async #bodyOf({ body }: DeliveryRequest, signal: AbortSignal): Promise<Buffer | undefined> {
    if (body.kind === "Text") return Buffer.from(body.text);
    const stored = await this.#parts.store.get(body.key, { signal });
    return stored !== undefined && sha256Of(stored.bytes) === body.sha256
      ? stored.bytes
      : undefined;
  }

  /** Asked for on every try, since the timestamp is part of what is signed. */
  async #signatureOf(
    { sign, job, deliveryToken }: DeliveryRequest,
    { body, timestampSeconds }: { body: Buffer; timestampSeconds: number },
    signal: AbortSignal,
  ): Promise<SignatureAnswer> {
    if (!sign) return { kind: "Signed", headers: {} };
    const bodySHA256 = sha256Of(body);
    const question: SignatureQuestion = { job, deliveryToken, timestampSeconds, bodySHA256 };
    const answer = await sendRequest(this.#parts.nats, subjects.ask.signature, question, {
      timeoutMilliseconds: signatureTimeoutMilliseconds,
      signal,
    });
    return parseSignatureAnswer(answer);
  }

  async #post(
    { url, proxyToken }: DeliveryRequest,
    message: { body: Buffer; headers: Record<string, string> },
    signal: AbortSignal,
  ): Promise<Tried> {
    if (!this.#parts.allowsHTTP && new URL(url).protocol !== "https:")
      return triedInVain("TargetNotAllowed");
    try {
      const { statusCode, headers: answered } = await sendThroughProxy({
        ...{ url, proxyToken, signal, ...message },
        method: "POST",
        proxyURL: this.#parts.egressURL,
        timeoutMilliseconds: receiverTimeoutMilliseconds,
      });
      const retryAfterSeconds = readRetryAfter(answered["retry-after"], this.#parts.clock.now());
      return {
        answer: {
          kind: "Status",
          status: statusCode,
          ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
        },
        message: `The receiver answered ${statusCode}`,
      };
    } catch (thrown) {
      signal.throwIfAborted();
      const targetHost = new URL(url).host;
      this.#parts.log.debug({ err: thrown, targetHost }, "Receiver did not answer");
      if (thrown instanceof TunnelRefused) return triedInVain(thrown.reason);
      const problem = certificateProblem(thrown);
      return problem === undefined ? triedInVain(undefined) : distrusted(problem);
    }
  }
}

function giveUp(message: string): TryOutcome {
  return { step: { kind: "GiveUp" }, message };
}

/** There is no answer of the receiver. The reason is the egress proxy's, if it gave one. */
function triedInVain(reason: string | undefined): Tried {
  if (reason === "TargetNotAllowed")
    return {
      answer: refused,
      message: "The address of the webhook may not be visited: it must be https and public",
      isFinal: true,
    };
  if (reason === "TransferLimitExceeded")
    return { answer: refused, message: "The webhook has been tried as often as it may be" };
  if (reason === "NameNotResolved")
    return { answer: { kind: "NoAnswer" }, message: "The receiver's host name was not found" };
  return {
    answer: { kind: "NoAnswer" },
    message:
      reason === undefined
        ? `The receiver did not answer within ${receiverTimeoutMilliseconds / 1000} seconds, or the connection broke off`
        : "No connection to the receiver could be made",
  };
}

/** It may be renewed before the horizon. */
function distrusted(problem: string): Tried {
  return {
    answer: { kind: "NoAnswer" },
    message: `The receiver's TLS certificate is not valid (${problem})`,
  };
}

/** OpenSSL's word for what is wrong with the certificate; undefined when that is not what went wrong. */
function certificateProblem(thrown: unknown): string | undefined {
  const { code } = thrown as { code?: unknown };
  if (typeof code !== "string") return undefined;
  return /CERT|ISSUER|LEAF_SIGNATURE/.test(code) ? code : undefined;
}

/** Seconds from now; the header holds seconds or an HTTP date. */
function readRetryAfter(value: string | undefined, nowMilliseconds: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - nowMilliseconds) / 1000);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

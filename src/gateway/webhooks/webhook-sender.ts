import { createHash } from "node:crypto";
import {
  deliveryLifetimeSeconds,
  parseSignatureAnswer,
} from "../../api/messages/delivery-messages.ts";
import type {
  DeliveryRequest,
  SignatureAnswer,
  SignatureQuestion,
} from "../../api/messages/delivery-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import type { TryResult } from "./receiver-lane.ts";
import { TryHistory } from "./try-history.ts";
import { nextStep, type NextStep, type ReceiverAnswer } from "./webhook-schedule.ts";
import { certificateProblem } from "../../platform/http/certificate-problem.ts";
import { TunnelRefused } from "../../platform/http/connect-client.ts";
import { sendThroughProxy } from "../../platform/http/proxied-request.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";

interface WebhookSenderDependencies {
  nats: Nats;
  objectStore: ObjectStore;
  egressURL: string;
  /** Whether receivers without TLS are allowed. */
  allowsHTTP: boolean;
  clock: Clock;
  log: Logger;
  /** From 0 to 1, for jitter. */
  random: () => number;
}

export interface AttemptOutcome {
  step:
    | NextStep
    /** The delivery is obsolete; the controller handles the rest. */
    | { kind: "Drop" };
  /** What the receiver did, for the condition; never contains the body of its response. */
  message: string;
  /** What the attempt showed of the receiver; undefined if it was not contacted. */
  receiver?: TryResult;
}

interface Attempt {
  answer: ReceiverAnswer;
  message: string;
  /** A retry cannot end otherwise. */
  isFinal?: true;
  receiver?: TryResult;
}

const receiverTimeoutMilliseconds = 10_000;
const signatureTimeoutMilliseconds = 10_000;
/** The receiver is overloaded or away; another status is an answer, also if it is an error. */
const overloadedStatuses = new Set([429, 502, 503, 504]);
/** Retried as briefly as a receiver that answers 403. */
const refused: ReceiverAnswer = { kind: "Status", status: 403 };

/** Makes one attempt of a delivery. Throws if Stills itself fails (no signature, no object store), which counts as no attempt. */
export class WebhookSender {
  readonly #dependencies: WebhookSenderDependencies;
  readonly #history = new TryHistory();

  constructor(dependencies: WebhookSenderDependencies) {
    this.#dependencies = dependencies;
  }

  async send(delivery: DeliveryRequest, signal: AbortSignal): Promise<AttemptOutcome> {
    const outcome = await this.#attempt(delivery, signal);
    if (outcome.step.kind !== "TryAgain") this.#history.forget(delivery.webhookID);
    return outcome;
  }

  async #attempt(delivery: DeliveryRequest, signal: AbortSignal): Promise<AttemptOutcome> {
    if (this.#isOverdue(delivery))
      return giveUp("The webhook could not be delivered within a day of the end of its job");
    const body = await this.#bodyOf(delivery, signal);
    if (body === undefined) return giveUp("The picture no longer exists in the object store");

    const timestampSeconds = Math.floor(this.#dependencies.clock.now() / 1000);
    const signature = await this.#signatureOf(delivery, { body, timestampSeconds }, signal);
    if (signature.kind === "Settled" || signature.kind === "Outdated")
      return { step: { kind: "Drop" }, message: "The delivery is obsolete" };
    if (signature.kind === "Unsignable")
      return signature.isFinal === true
        ? giveUp(signature.message)
        : this.#evaluate(delivery, { answer: refused, message: signature.message });

    const headers = {
      ...delivery.headers,
      "content-type": delivery.body.mediaType,
      "user-agent": "Stills",
      "webhook-id": delivery.webhookID,
      "webhook-timestamp": String(timestampSeconds),
      ...signature.headers,
    };
    return this.#evaluate(delivery, await this.#post(delivery, { body, headers }, signal));
  }

  #evaluate(
    { webhookID, horizonMilliseconds }: DeliveryRequest,
    { answer, message, isFinal, receiver }: Attempt,
  ): AttemptOutcome {
    if (isFinal) return giveUp(message);
    const now = this.#dependencies.clock.monotonicMilliseconds();
    const { firstMilliseconds, count } = this.#history.record(webhookID, now);
    const step = nextStep(answer, {
      elapsedMilliseconds: now - firstMilliseconds,
      attempts: count,
      horizonMilliseconds,
      random: this.#dependencies.random(),
    });
    return { step, message, ...(receiver !== undefined && { receiver }) };
  }

  #isOverdue({ sinceMilliseconds }: DeliveryRequest): boolean {
    const endedAgo = this.#dependencies.clock.now() - sinceMilliseconds;
    return endedAgo > deliveryLifetimeSeconds * 1000;
  }

  /** Undefined if the stored object is not the picture of this job. */
  async #bodyOf({ body }: DeliveryRequest, signal: AbortSignal): Promise<Buffer | undefined> {
    if (body.kind === "Text") return Buffer.from(body.text);
    const stored = await this.#dependencies.objectStore.get(body.key, { signal });
    return stored !== undefined && sha256Of(stored.bytes) === body.sha256
      ? stored.bytes
      : undefined;
  }

  /** Requested for every attempt, since the signature covers the timestamp. */
  async #signatureOf(
    { sign, job, deliveryToken }: DeliveryRequest,
    { body, timestampSeconds }: { body: Buffer; timestampSeconds: number },
    signal: AbortSignal,
  ): Promise<SignatureAnswer> {
    if (!sign) return { kind: "Signed", headers: {} };
    const bodySHA256 = sha256Of(body);
    const question: SignatureQuestion = { job, deliveryToken, timestampSeconds, bodySHA256 };
    const answer = await sendRequest(this.#dependencies.nats, subjects.ask.signature, question, {
      timeoutMilliseconds: signatureTimeoutMilliseconds,
      signal,
    });
    return parseSignatureAnswer(answer);
  }

  async #post(
    { url, proxyToken }: DeliveryRequest,
    message: { body: Buffer; headers: Record<string, string> },
    signal: AbortSignal,
  ): Promise<Attempt> {
    if (!this.#dependencies.allowsHTTP && new URL(url).protocol !== "https:")
      return unanswered("TargetNotAllowed");
    try {
      const { statusCode, headers } = await sendThroughProxy({
        url,
        proxyToken,
        signal,
        headers: message.headers,
        body: message.body,
        method: "POST",
        proxyURL: this.#dependencies.egressURL,
        timeoutMilliseconds: receiverTimeoutMilliseconds,
      });
      const retryAfterSeconds = readRetryAfter(
        headers["retry-after"],
        this.#dependencies.clock.now(),
      );
      return {
        answer: {
          kind: "Status",
          status: statusCode,
          ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
        },
        message: `The receiver answered ${statusCode}`,
        receiver: overloadedStatuses.has(statusCode) ? "Failed" : "Answered",
      };
    } catch (thrown) {
      signal.throwIfAborted();
      const targetHost = new URL(url).host;
      this.#dependencies.log.debug({ err: thrown, targetHost }, "Receiver did not answer");
      return { ...attemptWithoutAnswer(thrown), receiver: "Failed" };
    }
  }
}

function attemptWithoutAnswer(thrown: unknown): Attempt {
  if (thrown instanceof TunnelRefused) return unanswered(thrown.reason);
  const problem = certificateProblem(thrown);
  return problem === undefined ? unanswered(undefined) : certificateInvalid(problem);
}

function giveUp(message: string): AttemptOutcome {
  return { step: { kind: "GiveUp" }, message };
}

/** @param reason of the egress proxy, if it refused the tunnel */
function unanswered(reason: string | undefined): Attempt {
  if (reason === "TargetNotAllowed")
    return {
      answer: refused,
      message: "The webhook URL is not allowed: it must be https and public",
      isFinal: true,
    };
  if (reason === "TransferLimitExceeded")
    return { answer: refused, message: "The webhook reached its limit of connections" };
  if (reason === "NameNotResolved")
    return { answer: { kind: "NoAnswer" }, message: "The receiver's host name was not found" };
  return {
    answer: { kind: "NoAnswer" },
    message:
      reason === undefined
        ? `The receiver did not answer within ${receiverTimeoutMilliseconds / 1000} seconds, or closed the connection`
        : "Could not connect to the receiver",
  };
}

/** Retried, since the certificate may be renewed before the horizon. */
function certificateInvalid(problem: string): Attempt {
  return {
    answer: { kind: "NoAnswer" },
    message: `The receiver's TLS certificate is not valid (${problem})`,
  };
}

/** Seconds from now; the header holds seconds or an HTTP date (RFC 9110, 10.2.3). */
function readRetryAfter(value: string | undefined, nowMilliseconds: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - nowMilliseconds) / 1000);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

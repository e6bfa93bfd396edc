import { bodyBytesOf, type DeliveryRequest } from "../../api/messages/delivery-messages.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { receiverLimitMilliseconds } from "../../api/settings/webhook-limits.ts";
import { certificateProblem } from "../../platform/http/certificate-problem.ts";
import { TunnelRefused } from "../../platform/http/connect-client.ts";
import { sendThroughProxy } from "../../platform/http/proxied-request.ts";
import { postStream, ReceiverTooSlow } from "../../platform/http/streamed-post.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { openPicture, PictureGone } from "./picture-source.ts";
import type { TryResult } from "./receiver-lane.ts";
import type { ReceiverAnswer } from "./webhook-schedule.ts";

interface ReceiverPostDependencies {
  /** With connections of its own: a slow receiver holds one. */
  webhookStore: Pick<ObjectStore, "open">;
  egressURL: string;
  /** Whether receivers without TLS are allowed. */
  allowsHTTP: boolean;
  clock: Clock;
  log: Logger;
}

interface PostedMessage {
  headers: Record<string, string>;
  /** Of the picture that was signed. */
  etag: string | undefined;
}

/** What came of a try. */
export interface Attempt {
  answer: ReceiverAnswer;
  message: string;
  /** A retry cannot end otherwise. */
  isFinal?: true;
  /** What it showed of the receiver; undefined if it was not reached out to. */
  receiver?: TryResult;
}

/** For the answer to a small body, and for any sign of life while a large one is sent. */
const receiverTimeoutMilliseconds = 10_000;
/** The receiver is overloaded or away; another status is an answer, also if it is an error. */
const overloadedStatuses = new Set([429, 502, 503, 504]);
/** Retried as briefly as a receiver that answers 403. */
export const refused: ReceiverAnswer = { kind: "Status", status: 403 };

/** Posts webhooks to their receivers, pictures as streams. */
export class ReceiverPost {
  readonly #dependencies: ReceiverPostDependencies;

  constructor(dependencies: ReceiverPostDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws PictureGone, Failure when the object store does not answer rightly, or the signal's reason */
  async post(
    delivery: DeliveryRequest,
    message: PostedMessage,
    signal: AbortSignal,
  ): Promise<Attempt> {
    const { allowsHTTP, clock, log } = this.#dependencies;
    const { host, protocol } = new URL(delivery.url);
    if (!allowsHTTP && protocol !== "https:") return unanswered("TargetNotAllowed");
    try {
      const { statusCode, headers } = await this.#send(delivery, message, signal);
      return answered(statusCode, headers["retry-after"], clock.now());
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof PictureGone || thrown instanceof Failure) throw thrown;
      log.debug({ err: thrown, targetHost: host }, "Receiver did not answer");
      return { ...attemptWithoutAnswer(thrown), receiver: "Failed" };
    }
  }

  async #send(
    { url, proxyToken, body }: DeliveryRequest,
    { headers, etag }: PostedMessage,
    signal: AbortSignal,
  ): Promise<ReceiverResponse> {
    const { webhookStore, egressURL: proxyURL } = this.#dependencies;
    const target = { url, headers, proxyURL, proxyToken, signal };
    const timeoutMilliseconds = receiverLimitMilliseconds(bodyBytesOf(body));
    if (body.kind === "Picture")
      return await postStream({
        ...target,
        sizeBytes: body.sizeBytes,
        openBody: (opening) => openPicture(webhookStore, body, { etag, signal: opening }),
        silenceMilliseconds: receiverTimeoutMilliseconds,
        timeoutMilliseconds,
      });
    return await sendThroughProxy({
      ...target,
      method: "POST",
      body: Buffer.from(body.text),
      timeoutMilliseconds,
    });
  }
}

interface ReceiverResponse {
  statusCode: number;
  headers: { readonly "retry-after"?: string | undefined };
}

function answered(status: number, retryAfter: string | undefined, now: number): Attempt {
  const retryAfterSeconds = readRetryAfter(retryAfter, now);
  return {
    answer: {
      kind: "Status",
      status,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
    message: `The receiver answered ${status}`,
    receiver: overloadedStatuses.has(status) ? "Failed" : "Answered",
  };
}

function attemptWithoutAnswer(thrown: unknown): Attempt {
  if (thrown instanceof TunnelRefused) return unanswered(thrown.reason);
  if (thrown instanceof ReceiverTooSlow)
    return { answer: { kind: "NoAnswer" }, message: thrown.message };
  const problem = certificateProblem(thrown);
  return problem === undefined ? unanswered(undefined) : certificateInvalid(problem);
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

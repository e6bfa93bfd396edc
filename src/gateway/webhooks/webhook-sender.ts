import {
  bodyBytesOf,
  deliveryLifetimeSeconds,
  parseSignatureAnswer,
  type DeliveryRequest,
  type SignatureAnswer,
  type SignatureQuestion,
} from "../../api/messages/delivery-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { signatureLimitMilliseconds } from "../../api/settings/webhook-limits.ts";
import { sha256Of } from "../../core/storage/content-digest.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Semaphore } from "../../platform/process/semaphore.ts";
import { PictureGone } from "./picture-source.ts";
import type { TryResult } from "./receiver-lane.ts";
import { refused, type Attempt, type ReceiverPost } from "./receiver-post.ts";
import { TryHistory } from "./try-history.ts";
import { nextStep, type NextStep } from "./webhook-schedule.ts";

interface WebhookSenderDependencies {
  nats: Nats;
  receiverPost: ReceiverPost;
  clock: Clock;
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

/** Pictures that this gateway has signed at a time: each keeps a controller reading. Those of all gateways must not fill its queue. */
const picturesSignedAtOnce = 4;

/** Makes one attempt of a delivery. Throws if Stills itself fails (no signature, no object store), which counts as no attempt. */
export class WebhookSender {
  readonly #dependencies: WebhookSenderDependencies;
  readonly #history = new TryHistory();
  readonly #pictureSigning = new Semaphore(picturesSignedAtOnce);

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
    const { timestampSeconds, signature } = await this.#sign(delivery, signal);
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
    return await this.#post(delivery, { headers, etag: signature.etag }, signal);
  }

  async #post(
    delivery: DeliveryRequest,
    message: { headers: Record<string, string>; etag: string | undefined },
    signal: AbortSignal,
  ): Promise<AttemptOutcome> {
    try {
      const attempt = await this.#dependencies.receiverPost.post(delivery, message, signal);
      return this.#evaluate(delivery, attempt);
    } catch (thrown) {
      if (thrown instanceof PictureGone) return giveUp(thrown.message);
      throw thrown;
    }
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

  /** Signed for every attempt, since the signature covers the timestamp. */
  async #sign(
    delivery: DeliveryRequest,
    signal: AbortSignal,
  ): Promise<{ timestampSeconds: number; signature: SignatureAnswer }> {
    const isSlow = delivery.sign && delivery.body.kind === "Picture";
    using _turn = isSlow ? await this.#pictureSigning.acquire(signal) : undefined;
    const timestampSeconds = Math.floor(this.#dependencies.clock.now() / 1000);
    return {
      timestampSeconds,
      signature: await this.#signatureOf(delivery, timestampSeconds, signal),
    };
  }

  async #signatureOf(
    { sign, job, deliveryToken, body }: DeliveryRequest,
    timestampSeconds: number,
    signal: AbortSignal,
  ): Promise<SignatureAnswer> {
    if (!sign) return { kind: "Signed", headers: {} };
    const bodySHA256 = body.kind === "Picture" ? body.sha256 : sha256Of(Buffer.from(body.text));
    const question: SignatureQuestion = { job, deliveryToken, timestampSeconds, bodySHA256 };
    const answer = await sendRequest(this.#dependencies.nats, subjects.ask.signature, question, {
      timeoutMilliseconds: signatureLimitMilliseconds(bodyBytesOf(body)),
      signal,
    });
    return parseSignatureAnswer(answer);
  }
}

function giveUp(message: string): AttemptOutcome {
  return { step: { kind: "GiveUp" }, message };
}

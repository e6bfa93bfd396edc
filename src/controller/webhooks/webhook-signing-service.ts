import { createHash } from "node:crypto";
import { Failure } from "../../api/reasons/failure.ts";
import {
  parseSignatureQuestion,
  pictureGoneMessage,
} from "../../api/messages/delivery-messages.ts";
import type {
  DeliveryBody,
  PictureBody,
  SignatureAnswer,
  SignatureQuestion,
} from "../../api/messages/delivery-messages.ts";
import { askQueue, subjects } from "../../api/messages/subjects.ts";
import { signatureLimitMilliseconds } from "../../api/settings/webhook-limits.ts";
import { sha256Of } from "../../core/storage/content-digest.ts";
import { isDeliveryToken } from "./delivery-token.ts";
import { isDeliveryPending, projectJob } from "../jobs/job-record.ts";
import { webhookBodyOf } from "./webhook-body.ts";
import { ScreenshotOneSignature, StandardWebhookSignature } from "./webhook-signature.ts";
import { serveRequests } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Unsubscribe } from "../../platform/nats/publisher.ts";
import { piecesOf } from "../../platform/objects/object-pieces.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { WebhookConfig } from "../config.ts";
import type { JobReader } from "../jobs/job-reader.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { Semaphore } from "../../platform/process/semaphore.ts";
import { readSigningKeys } from "./signing-keys.ts";
import type { SigningKeyDependencies, SigningKeys } from "./signing-keys.ts";

interface WebhookSigningServiceDependencies extends SigningKeyDependencies {
  nats: Nats;
  /** With connections of its own: each picture that is read has one for as long. */
  pictureStore: Pick<ObjectStore, "open">;
  jobReader: JobReader;
  attemptKey: string;
  webhookConfig: WebhookConfig;
  metrics: ControllerMetrics;
}

/** What reading one picture takes of memory: windows of sockets, and what the collector has not found yet. */
const bytesPerPicture = 1024 * 1024;
/** For all pictures that are being read. */
const budgetBytes = 16 * 1024 * 1024;

/**
 * Signs webhooks for the gateways, which hold no keys of tenants. The body is made here from the final state of the job, or read from the
 * object store piece by piece, and is signed only if it is the body that the gateway is about to send. Every replica serves these
 * requests.
 */
export class WebhookSigningService implements Runnable {
  readonly name = "webhook signing service";
  readonly #dependencies: WebhookSigningServiceDependencies;
  readonly #stopping = new AbortController();
  readonly #bytesUnderWay = new Semaphore(budgetBytes);
  #unsubscribe: Unsubscribe | undefined;

  constructor(dependencies: WebhookSigningServiceDependencies) {
    this.#dependencies = dependencies;
  }

  async start(): Promise<void> {
    const { nats, metrics } = this.#dependencies;
    this.#unsubscribe = serveRequests(nats, subjects.ask.signature, askQueue, async (body) => {
      const answer = await this.#sign(parseSignatureQuestion(body));
      metrics.signatureRequests.increment({ answer: answer.kind });
      return answer;
    });
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#stopping.abort(new Error("The controller is stopping"));
  }

  async #sign(question: SignatureQuestion): Promise<SignatureAnswer> {
    const { jobReader, attemptKey, webhookConfig } = this.#dependencies;
    const { job: identity, deliveryToken } = question;
    if (!isDeliveryToken(attemptKey, identity.uid, deliveryToken))
      throw new Failure("RequestMalformed", {
        message: "The delivery token does not belong to this job",
      });
    using deadline = new Deadline({
      milliseconds: signatureLimitMilliseconds(0),
      parents: [this.#stopping.signal],
    });
    const { signal } = deadline;
    const job = await jobReader.latestJob(identity, signal);
    if (job?.metadata.uid !== identity.uid || !isDeliveryPending(projectJob(job)))
      return { kind: "Settled" };

    const body = webhookBodyOf(job, webhookConfig);
    if (digestOf(body) !== question.bodySHA256) return { kind: "Outdated" };
    const keys = await readSigningKeys(this.#dependencies, job, signal);
    if (keys.kind === "Missing" || keys.kind === "Refused")
      return { kind: "Unsignable", message: keys.message, isFinal: keys.kind === "Refused" };
    const signatures = signaturesBy(keys, { ...question, id: identity.uid });
    if (body.kind === "Picture") return await this.#signPicture(body, signatures);
    for (const signature of Object.values(signatures)) signature.update(Buffer.from(body.text));
    return { kind: "Signed", headers: headersOf(signatures) };
  }

  async #signPicture(
    { key, sha256, sizeBytes }: PictureBody,
    signatures: Signatures,
  ): Promise<SignatureAnswer> {
    using deadline = new Deadline({
      milliseconds: signatureLimitMilliseconds(sizeBytes),
      parents: [this.#stopping.signal],
    });
    const { signal } = deadline;
    using _room = await this.#bytesUnderWay.acquire(signal, bytesPerPicture);
    const stored = await this.#dependencies.pictureStore.open(key, { signal });
    const hash = createHash("sha256");
    for await (const piece of stored === undefined ? [] : piecesOf(stored.body, signal)) {
      hash.update(piece);
      for (const signature of Object.values(signatures)) signature.update(piece);
    }
    if (stored === undefined || hash.digest("hex") !== sha256)
      return { kind: "Unsignable", isFinal: true, message: pictureGoneMessage };
    return { kind: "Signed", headers: headersOf(signatures), etag: stored.etag };
  }
}

/** By the name of the header. */
type Signatures = Record<string, StandardWebhookSignature | ScreenshotOneSignature>;

function signaturesBy(
  keys: Exclude<SigningKeys, { kind: "Missing" | "Refused" }>,
  message: { id: string; timestampSeconds: number },
): Signatures {
  if (keys.kind === "Secret")
    return { "webhook-signature": new StandardWebhookSignature(message, [keys.secret]) };
  return {
    "webhook-signature": new StandardWebhookSignature(message, keys.secretKeys),
    "x-screenshotone-signature": new ScreenshotOneSignature(keys.secretKeys[0]),
  };
}

function headersOf(signatures: Signatures): Record<string, string> {
  return Object.fromEntries(
    Object.entries(signatures).map(([name, signature]) => [name, signature.value()]),
  );
}

function digestOf(body: DeliveryBody): string {
  return body.kind === "Picture" ? body.sha256 : sha256Of(Buffer.from(body.text));
}

import { createHash } from "node:crypto";
import { Failure } from "../../api/reasons/failure.ts";
import { parseSignatureQuestion } from "../../api/messages/delivery-messages.ts";
import type {
  DeliveryBody,
  SignatureAnswer,
  SignatureQuestion,
} from "../../api/messages/delivery-messages.ts";
import { askQueue, subjects } from "../../api/messages/subjects.ts";
import { isDeliveryToken } from "./delivery-token.ts";
import { isDeliveryPending, projectJob } from "../jobs/job-record.ts";
import { webhookBodyOf } from "./webhook-body.ts";
import { screenshotOneSignature, standardWebhookSignature } from "./webhook-signature.ts";
import { serveRequests } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Unsubscribe } from "../../platform/nats/publisher.ts";
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
  objectStore: ObjectStore;
  jobReader: JobReader;
  attemptKey: string;
  webhookConfig: WebhookConfig;
  metrics: ControllerMetrics;
}

const answerLimitMilliseconds = 10_000;
/** Each picture is held in memory while it is signed. */
const maxConcurrentPictures = 4;

/**
 * Signs webhooks for the gateways, which hold no keys of tenants. The body is made here from the final state of the job, and
 * is signed only if it is the body that the gateway is about to send. Every replica serves these requests.
 */
export class WebhookSigningService implements Runnable {
  readonly name = "webhook signing service";
  readonly #dependencies: WebhookSigningServiceDependencies;
  readonly #stopping = new AbortController();
  readonly #pictureSlots = new Semaphore(maxConcurrentPictures);
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
      milliseconds: answerLimitMilliseconds,
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
    return await this.#withBytes(body, signal, (bytes) => {
      const id = identity.uid;
      const headers = signedHeaders({ ...question, id, bytes }, keys);
      return { kind: "Signed", headers };
    });
  }

  async #withBytes(
    body: DeliveryBody,
    signal: AbortSignal,
    sign: (bytes: Uint8Array) => SignatureAnswer,
  ): Promise<SignatureAnswer> {
    if (body.kind === "Text") return sign(Buffer.from(body.text));
    using _slot = await this.#pictureSlots.acquire(signal);
    const stored = await this.#dependencies.objectStore.get(body.key, { signal });
    if (stored === undefined || sha256Of(stored.bytes) !== body.sha256)
      return { kind: "Unsignable", message: "The picture is no longer in the object store" };
    return sign(stored.bytes);
  }
}

function signedHeaders(
  { id, timestampSeconds, bytes }: { id: string; timestampSeconds: number; bytes: Uint8Array },
  keys: Exclude<SigningKeys, { kind: "Missing" | "Refused" }>,
): Record<string, string> {
  const message = { id, timestampSeconds, body: bytes };
  if (keys.kind === "Secret")
    return { "webhook-signature": standardWebhookSignature(message, [keys.secret]) };
  return {
    "webhook-signature": standardWebhookSignature(message, keys.secretKeys),
    "x-screenshotone-signature": screenshotOneSignature(bytes, keys.secretKeys[0]),
  };
}

function digestOf(body: DeliveryBody): string {
  return body.kind === "Picture" ? body.sha256 : sha256Of(Buffer.from(body.text));
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

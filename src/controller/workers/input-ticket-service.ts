import {
  parseInputQuestion,
  type InputAnswer,
  type InputQuestion,
  type InputReadQuestion,
  type InputWriteQuestion,
} from "../../api/messages/input-messages.ts";
import { askQueue, subjects } from "../../api/messages/subjects.ts";
import { largestInputBytes } from "../../api/options/text-rules.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { digestOf } from "../../core/storage/content-digest.ts";
import { inputDigestsOf } from "./input-digests.ts";
import { inputKey } from "../../core/storage/object-keys.ts";
import { isInputProof } from "../../core/tokens/input-proof.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Unsubscribe } from "../../platform/nats/publisher.ts";
import { serveRequests } from "../../platform/nats/request-reply.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { JobReader } from "../jobs/job-reader.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { wantedJob } from "./wanted-job.ts";

interface InputTicketServiceDependencies {
  nats: Nats;
  objectStore: ObjectStore;
  jobReader: JobReader;
  attemptKey: string;
  /** Shared with the gateways. */
  jobProofKey: string;
  metrics: ControllerMetrics;
}

const ticketSeconds = 120;
const answerLimitMilliseconds = 20_000;

/**
 * Gives tickets for content that jobs refer to: a worker reads what the job of its attempt names, a gateway writes below the namespace of
 * its caller's account. The key follows from namespace and digest, so nobody chooses one. Every replica serves these requests.
 */
export class InputTicketService implements Runnable {
  readonly name = "input ticket service";
  readonly #dependencies: InputTicketServiceDependencies;
  readonly #stopping = new AbortController();
  #unsubscribe: Unsubscribe | undefined;

  constructor(dependencies: InputTicketServiceDependencies) {
    this.#dependencies = dependencies;
  }

  async start(): Promise<void> {
    const { nats, metrics } = this.#dependencies;
    this.#unsubscribe = serveRequests(nats, subjects.ask.input, askQueue, async (body) => {
      const answer = await this.#answer(parseInputQuestion(body));
      const outcome = answer.kind === "Ticket" ? "Given" : "Refused";
      metrics.inputTickets.increment({ outcome });
      return answer;
    });
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#stopping.abort(new Error("The controller is stopping"));
  }

  async #answer(question: InputQuestion): Promise<InputAnswer> {
    return question.kind === "Write" ? await this.#write(question) : await this.#read(question);
  }

  async #write(question: InputWriteQuestion): Promise<InputAnswer> {
    const { objectStore, jobProofKey } = this.#dependencies;
    const { namespace, sha256, sizeBytes } = question;
    if (!isInputProof(question, jobProofKey))
      throw new Failure("RequestMalformed", {
        message: "The proof does not belong to this content and namespace",
      });
    if (sizeBytes > largestInputBytes) return tooLarge(sizeBytes);
    const ticket = await objectStore.uploadTicket({
      key: inputKey(namespace, sha256),
      sizeBytes,
      sha256,
      mediaType: "application/octet-stream",
      metadata: {},
      expiresSeconds: ticketSeconds,
    });
    return { kind: "Ticket", ...ticket, bucket: objectStore.bucket };
  }

  async #read(question: InputReadQuestion): Promise<InputAnswer> {
    const { objectStore } = this.#dependencies;
    const { sha256 } = question;
    using deadline = new Deadline({
      milliseconds: answerLimitMilliseconds,
      parents: [this.#stopping.signal],
    });
    const { signal } = deadline;
    const job = await wantedJob(this.#dependencies, question, signal);
    if (job === undefined)
      return { kind: "Refused", reason: "JobFinished", message: "The attempt no longer counts" };
    if (!inputDigestsOf(job.spec).includes(digestOf(sha256)))
      throw new Failure("RequestMalformed", { message: "The job does not refer to this content" });
    const key = inputKey(job.metadata.namespace, sha256);
    const facts = await objectStore.head(key, { signal });
    if (facts === undefined) return notFound(digestOf(sha256));
    if (facts.sizeBytes > largestInputBytes) return tooLarge(facts.sizeBytes);
    const url = await objectStore.downloadTicket(key, ticketSeconds);
    return { kind: "Ticket", method: "GET", url, headers: {}, bucket: objectStore.bucket };
  }
}

function notFound(digest: string): InputAnswer {
  return {
    kind: "Refused",
    reason: "ContentNotFound",
    message: `The namespace has no content with the digest ${digest}: put it there with \`PUT /v1/inputs\` of the gateway, and again when the bucket has let it expire`,
  };
}

function tooLarge(sizeBytes: number): InputAnswer {
  return {
    kind: "Refused",
    reason: "JobTooLarge",
    message: `The content has ${sizeBytes} bytes, more than the ${largestInputBytes} that a job may refer to`,
  };
}

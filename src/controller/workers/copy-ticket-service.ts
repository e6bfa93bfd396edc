import {
  parseCopyQuestion,
  type CopyAnswer,
  type CopyQuestion,
  type CopyTicket,
} from "../../api/messages/copy-messages.ts";
import { askQueue, subjects } from "../../api/messages/subjects.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { problemOfEndpoint } from "../../core/storage/own-bucket.ts";
import { ownBucketOf, ownKeyOf } from "../../core/storage/stored-object.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Unsubscribe } from "../../platform/nats/publisher.ts";
import { serveRequests } from "../../platform/nats/request-reply.ts";
import { signOwnBucketUpload } from "../../platform/objects/own-bucket-upload.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import { sealReply } from "../../platform/sealing/reply-box.ts";
import { uploadProxyToken } from "../jobs/capture-request.ts";
import type { JobReader } from "../jobs/job-reader.ts";
import { projectJob } from "../jobs/job-record.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { readOwnBucketKeys, type OwnBucketKeyDependencies } from "./own-bucket-keys.ts";
import { wantedJob } from "./wanted-job.ts";

interface CopyTicketServiceDependencies {
  nats: Nats;
  jobReader: JobReader;
  keys: OwnBucketKeyDependencies;
  attemptKey: string;
  proxyKey: string;
  /** Whether buckets without TLS are allowed. */
  allowsHTTP: boolean;
  metrics: ControllerMetrics;
}

const answerLimitMilliseconds = 20_000;

/**
 * Signs, for the worker that holds a job's current attempt, the one request that puts its picture into the bucket that the job names. The
 * keys of the bucket stay here; the answer is sealed to the key that came with the question. Every replica serves these requests.
 */
export class CopyTicketService implements Runnable {
  readonly name = "copy ticket service";
  readonly #dependencies: CopyTicketServiceDependencies;
  readonly #stopping = new AbortController();
  #unsubscribe: Unsubscribe | undefined;

  constructor(dependencies: CopyTicketServiceDependencies) {
    this.#dependencies = dependencies;
  }

  async start(): Promise<void> {
    this.#unsubscribe = serveRequests(
      this.#dependencies.nats,
      subjects.ask.copy,
      askQueue,
      (body) => this.#serve(parseCopyQuestion(body)),
    );
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#stopping.abort(new Error("The controller is stopping"));
  }

  async #serve(question: CopyQuestion): Promise<CopyAnswer> {
    const { copyTickets } = this.#dependencies.metrics;
    try {
      const answer = await this.#answer(question);
      copyTickets.increment({ outcome: answer.kind === "Sealed" ? "Given" : "Refused" });
      return answer;
    } catch (thrown) {
      copyTickets.increment({ outcome: "Refused" });
      throw thrown;
    }
  }

  async #answer(question: CopyQuestion): Promise<CopyAnswer> {
    using deadline = new Deadline({
      milliseconds: answerLimitMilliseconds,
      parents: [this.#stopping.signal],
    });
    const job = await wantedJob(this.#dependencies, question, deadline.signal);
    if (job === undefined) return { kind: "Finished" };
    const ticket = await this.#ticket(question, job, deadline.signal);
    const plaintext = Buffer.from(JSON.stringify(ticket));
    return { kind: "Sealed", ...(await sealReply(question.replyKey, plaintext, question.job.uid)) };
  }

  async #ticket(
    { attempt, sha256, sizeBytes, mediaType }: CopyQuestion,
    job: ScreenshotJob,
    signal: AbortSignal,
  ): Promise<CopyTicket> {
    const { keys, allowsHTTP, proxyKey } = this.#dependencies;
    const { storage, format } = job.spec;
    const own = ownBucketOf(storage);
    if (storage === undefined || own === undefined)
      throw new Failure("RequestMalformed", { message: "The job names no bucket of its own" });
    const problem = problemOfEndpoint(own, { allowsHTTP });
    if (problem !== undefined) throw new Failure(problem.reason, { message: problem.message });
    const upload = await signOwnBucketUpload({
      own,
      key: ownKeyOf(storage.path, format),
      keys: await readOwnBucketKeys(keys, job, storage, signal),
      sizeBytes,
      sha256,
      mediaType,
      storageClass: storage.class,
      acl: storage.acl,
    });
    const proxyToken = uploadProxyToken(projectJob(job), {
      attempt,
      trafficClass: "tenant-storage",
      proxyKey,
    });
    return { ...upload, bucket: own.bucket, proxyToken };
  }
}

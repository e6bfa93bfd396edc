import { messageVersion } from "../../api/messages/message-version.ts";
import { parseAttempt } from "../../api/messages/attempt-identity.ts";
import { parseUploadQuestion } from "../../api/messages/upload-messages.ts";
import type { AttemptAnswer } from "../../api/messages/attempt-answer.ts";
import type { AttemptIdentity } from "../../api/messages/attempt-identity.ts";
import type { CaptureResult } from "../../api/messages/capture-result.ts";
import type { UploadAnswer, UploadQuestion } from "../../api/messages/upload-messages.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { askQueue, subjects } from "../../api/messages/subjects.ts";
import type { Artifact } from "../../api/kinds/resource-types.ts";
import { checkAttemptToken } from "../jobs/attempt-token.ts";
import { isAttemptWanted, isFinished } from "../jobs/job-record.ts";
import { formatOfMediaType, mediaTypeOf } from "../../core/storage/object-keys.ts";
import { serveRequests } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Unsubscribe } from "../../platform/nats/publisher.ts";
import type { ConditionalWrites } from "../../platform/objects/conditional-writes.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { JobReader } from "../jobs/job-reader.ts";
import type { ControllerMetrics } from "../metrics.ts";
import type { ResultApplier } from "../jobs/result-applier.ts";
import { artifactOf, metadataOf } from "./upload-metadata.ts";
import { findArtifact, uploadTarget } from "./upload-target.ts";

interface UploadTicketServiceDependencies {
  nats: Nats;
  objectStore: ObjectStore;
  conditionalWrites: Pick<ConditionalWrites, "areHonoured">;
  jobReader: JobReader;
  resultApplier: ResultApplier;
  attemptKey: string;
  metrics: ControllerMetrics;
}

const ticketSeconds = 120;
/** The traffic limit of proxy tokens for uploads. */
const maxPictureBytes = 256 * 1024 * 1024;
const answerLimitMilliseconds = 20_000;

/** Gives workers upload tickets and tells them the state of redelivered attempts. Every replica serves these requests. */
export class UploadTicketService implements Runnable {
  readonly name = "upload ticket service";
  readonly #dependencies: UploadTicketServiceDependencies;
  readonly #stopping = new AbortController();
  #unsubscribe: Unsubscribe[] = [];

  constructor(dependencies: UploadTicketServiceDependencies) {
    this.#dependencies = dependencies;
  }

  async start(): Promise<void> {
    const { nats } = this.#dependencies;
    this.#unsubscribe = [
      serveRequests(nats, subjects.ask.upload, askQueue, (body) =>
        this.#serveTicket(parseUploadQuestion(body)),
      ),
      serveRequests(nats, subjects.ask.attempt, askQueue, (body) =>
        this.#serveAttemptState(parseAttempt(body)),
      ),
    ];
  }

  async stop(): Promise<void> {
    for (const end of this.#unsubscribe) end();
    this.#stopping.abort(new Error("The controller is stopping"));
  }

  async #serveTicket(question: UploadQuestion): Promise<UploadAnswer> {
    const answer = await this.#upload(question);
    const outcome = answer.kind === "Refused" ? "Refused" : "Given";
    this.#dependencies.metrics.uploadTickets.increment({ outcome });
    return answer;
  }

  async #upload(question: UploadQuestion): Promise<UploadAnswer> {
    checkAttemptToken(this.#dependencies.attemptKey, question);
    using deadline = this.#deadline();
    const { sizeBytes, sha256, mediaType } = question;
    if (!(await this.#isWanted(question, deadline.signal)))
      return {
        kind: "Refused",
        reason: "JobFinished",
        message:
          "The attempt no longer counts: the job is finished, cancelled, gone or at another attempt",
      };
    if (sizeBytes > maxPictureBytes)
      return {
        kind: "Refused",
        reason: "PictureTooLarge",
        message: `The picture has ${sizeBytes} bytes, more than the ${maxPictureBytes} that can be stored; capture a smaller part of the page or use another format`,
      };
    const format = formatOfMediaType(mediaType);
    if (format === undefined)
      throw new Failure("RequestMalformed", {
        message: `The upload request is not valid: mediaType is ${JSON.stringify(mediaType)}`,
      });
    const { objectStore, conditionalWrites } = this.#dependencies;
    const { bucket } = objectStore;
    const target = await uploadTarget(
      { objectStore, honoursConditions: conditionalWrites.areHonoured },
      question,
      { format, signal: deadline.signal },
    );
    if (target.kind === "Stored") return { kind: "Stored", bucket, key: target.key };
    const { key, onlyIfAbsent } = target;
    const ticket = await objectStore.uploadTicket({
      key,
      onlyIfAbsent,
      sizeBytes,
      sha256,
      mediaType,
      metadata: metadataOf(question),
      expiresSeconds: ticketSeconds,
    });
    return { kind: "Ticket", ...ticket, bucket, key };
  }

  async #serveAttemptState(question: AttemptIdentity): Promise<AttemptAnswer> {
    const answer = await this.#attemptState(question);
    this.#dependencies.metrics.attemptRequests.increment({ answer: answer.kind });
    return answer;
  }

  /** The state of a request that was delivered before: the earlier worker may have uploaded the picture already. */
  async #attemptState(question: AttemptIdentity): Promise<AttemptAnswer> {
    checkAttemptToken(this.#dependencies.attemptKey, question);
    using deadline = this.#deadline();
    const { signal } = deadline;
    const { jobReader, objectStore, resultApplier } = this.#dependencies;
    const { job } = question;
    if (!(await this.#isWanted(question, signal))) return { kind: "Finished" };
    const live = await jobReader.latestJob(job, signal);
    if (live === undefined || live.metadata.uid !== job.uid) return { kind: "Finished" };
    const { format } = live.spec;
    const found = await findArtifact(objectStore, question, { format, signal });
    if (found === undefined) return { kind: "Wanted" };
    const { key, facts } = found;
    // Metadata and content of the page, and slices of the picture, are known only to the worker that renders it.
    if (
      live.spec.metadata !== undefined ||
      live.spec.pageContent !== undefined ||
      live.spec.fullPage?.slices === true
    )
      return { kind: "Wanted" };
    const { bucket } = objectStore;
    const artifact = artifactOf(facts, { bucket, key, mediaType: mediaTypeOf(format) });
    // Whether the copy was made cannot be found out: the key of the user's bucket only puts objects.
    if (live.spec.storage?.bucket !== undefined)
      return { kind: "Stored", artifact, url: await objectStore.downloadTicket(key) };
    const result = recoveredResult(question, live.spec.poolName, artifact);
    const applied = await resultApplier.apply(result, signal);
    return { kind: applied === "Finished" ? "Applied" : "Finished" };
  }

  /** Whether the result of this attempt still counts. Reads the API server before it says no. */
  async #isWanted(question: AttemptIdentity, signal: AbortSignal): Promise<boolean> {
    const { jobReader } = this.#dependencies;
    const { job, attempt } = question;
    const cached = await jobReader.recordOf(job, signal);
    if (cached === undefined) return false;
    if (isAttemptWanted(cached, attempt)) return true;
    if (isFinished(cached)) return false;
    const live = await jobReader.latestRecordOf(job, signal);
    return live !== undefined && isAttemptWanted(live, attempt);
  }

  #deadline(): Deadline {
    return new Deadline({
      milliseconds: answerLimitMilliseconds,
      parents: [this.#stopping.signal],
    });
  }
}

function recoveredResult(
  question: AttemptIdentity,
  pool: string,
  artifact: Artifact,
): CaptureResult {
  const { job, attempt, attemptToken } = question;
  return {
    version: messageVersion,
    job,
    attempt,
    attemptToken,
    worker: "",
    pool,
    outcome: { kind: "Captured", artifact, timingsMilliseconds: {}, warnings: [] },
  };
}

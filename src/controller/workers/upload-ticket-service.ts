import {
  messageVersion,
  parseAttempt,
  parseUploadQuestion,
} from "../../api/messages/capture-messages.ts";
import type {
  AttemptAnswer,
  AttemptIdentity,
  CaptureResult,
  UploadAnswer,
  UploadQuestion,
} from "../../api/messages/capture-messages.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { askQueue, subjects } from "../../api/messages/subjects.ts";
import type { Artifact } from "../../api/kinds/resource-types.ts";
import { isAttemptToken } from "../jobs/attempt-token.ts";
import { isAttemptWanted, isFinished } from "../jobs/job-record.ts";
import { artifactKey, formatOfMediaType, mediaTypeOf } from "../../core/storage/object-keys.ts";
import { serveRequests } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Unsubscribe } from "../../platform/nats/publisher.ts";
import type { ObjectFacts, ObjectStore } from "../../platform/objects/store.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { JobReader } from "../jobs/job-reader.ts";
import type { ControllerMetrics } from "../metrics.ts";
import type { ResultApplier } from "../jobs/result-applier.ts";

export interface UploadTicketServiceDependencies {
  nats: Nats;
  objectStore: ObjectStore;
  jobReader: JobReader;
  resultApplier: ResultApplier;
  attemptKey: string;
  metrics: ControllerMetrics;
}

const ticketSeconds = 120;
/** As much as the store's class of proxy tokens lets through. */
const largestPictureBytes = 256 * 1024 * 1024;
const answerLimitMilliseconds = 20_000;

/** Names on an uploaded object, from which a result can be made again when the worker died before it could send it. */
const metadataNames = {
  uid: "job-uid",
  attempt: "attempt",
  sha256: "sha256",
  width: "width-pixels",
  height: "height-pixels",
} as const;

/** Answers what workers ask: every replica does, so that an upload need not wait for a leader. */
export class UploadTicketService implements Runnable {
  readonly name = "uploadTicketService";
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
        this.#giveTicket(parseUploadQuestion(body)),
      ),
      serveRequests(nats, subjects.ask.attempt, askQueue, (body) =>
        this.#tellOfAttempt(parseAttempt(body)),
      ),
    ];
  }

  async stop(): Promise<void> {
    for (const end of this.#unsubscribe) end();
    this.#stopping.abort(new Error("The controller is stopping"));
  }

  async #giveTicket(question: UploadQuestion): Promise<UploadAnswer> {
    const given = await this.#upload(question);
    const outcome = given.kind === "Ticket" ? "Given" : "Refused";
    this.#dependencies.metrics.uploadTickets.increment({ outcome });
    return given;
  }

  async #upload(question: UploadQuestion): Promise<UploadAnswer> {
    this.#checkToken(question);
    const { job, attempt, sizeBytes, sha256, mediaType } = question;
    if (!(await this.#wantedRecord(question, this.#limit())))
      return {
        kind: "Refused",
        reason: "JobFinished",
        message:
          "The attempt no longer counts: the job is finished, cancelled, gone or at another attempt",
      };
    if (sizeBytes > largestPictureBytes)
      return {
        kind: "Refused",
        reason: "PictureTooLarge",
        message: `The picture has ${sizeBytes} bytes, and at most ${largestPictureBytes} can be stored; take a smaller part of the page or another format`,
      };
    const format = formatOfMediaType(mediaType);
    if (format === undefined)
      throw new Failure("RequestMalformed", {
        message: `The upload question is not valid: mediaType is ${JSON.stringify(mediaType)}`,
      });
    const key = artifactKey({ namespace: job.namespace, uid: job.uid, attempt, format });
    const ticket = await this.#dependencies.objectStore.uploadTicket({
      key,
      sizeBytes,
      sha256,
      mediaType,
      metadata: metadataOf(question),
      expiresSeconds: ticketSeconds,
    });
    return { kind: "Ticket", ...ticket, bucket: this.#dependencies.objectStore.bucket, key };
  }

  async #tellOfAttempt(question: AttemptIdentity): Promise<AttemptAnswer> {
    const told = await this.#attempt(question);
    this.#dependencies.metrics.attemptQuestions.increment({ answer: told.kind });
    return told;
  }

  /** A worker asks when it is given a message that another was given before: perhaps the picture is there already. */
  async #attempt(question: AttemptIdentity): Promise<AttemptAnswer> {
    this.#checkToken(question);
    const signal = this.#limit();
    const { job, attempt } = question;
    if (!(await this.#wantedRecord(question, signal))) return { kind: "Finished" };
    const live = await this.#dependencies.jobReader.latestJob(job, signal);
    if (live === undefined || live.metadata.uid !== job.uid) return { kind: "Finished" };
    const { format } = live.spec;
    const key = artifactKey({ namespace: job.namespace, uid: job.uid, attempt, format });
    const facts = await this.#dependencies.objectStore.head(key, { signal });
    if (facts === undefined || !isOfAttempt(facts, question)) return { kind: "Wanted" };
    // What the page said of itself is known only to whoever renders it.
    if (live.spec.metadata !== undefined || live.spec.pageContent !== undefined)
      return { kind: "Wanted" };
    const artifact = this.#artifactFrom(facts, key, mediaTypeOf(format));
    const result = recoveredResult(question, live.spec.poolName, artifact);
    const applied = await this.#dependencies.resultApplier.apply(result, signal);
    return { kind: applied === "Finished" ? "Applied" : "Finished" };
  }

  /** The job, if this attempt of it is still to be made. A cache that is behind is not taken at its word. */
  async #wantedRecord(question: AttemptIdentity, signal: AbortSignal): Promise<boolean> {
    const { jobReader } = this.#dependencies;
    const { job, attempt } = question;
    const cached = await jobReader.recordOf(job, signal);
    if (cached === undefined) return false;
    if (isAttemptWanted(cached, attempt)) return true;
    if (isFinished(cached)) return false;
    const live = await jobReader.latestRecordOf(job, signal);
    return live !== undefined && isAttemptWanted(live, attempt);
  }

  #checkToken(question: AttemptIdentity): void {
    const { job, attempt, attemptToken } = question;
    if (isAttemptToken(this.#dependencies.attemptKey, { uid: job.uid, attempt, attemptToken }))
      return;
    throw new Failure("RequestMalformed", {
      message: "The attempt token does not belong to this attempt of this job",
    });
  }

  #artifactFrom(facts: ObjectFacts, key: string, mediaType: string): Artifact {
    return {
      bucket: this.#dependencies.objectStore.bucket,
      key,
      digest: `sha256:${facts.metadata[metadataNames.sha256]}`,
      sizeBytes: facts.sizeBytes,
      mediaType,
      ...sizeFrom(facts),
    };
  }

  #limit(): AbortSignal {
    return AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(answerLimitMilliseconds)]);
  }
}

function metadataOf(question: UploadQuestion): Record<string, string> {
  return {
    [metadataNames.uid]: question.job.uid,
    [metadataNames.attempt]: String(question.attempt),
    [metadataNames.sha256]: question.sha256,
    ...(question.widthPixels === undefined || question.heightPixels === undefined
      ? {}
      : {
          [metadataNames.width]: String(question.widthPixels),
          [metadataNames.height]: String(question.heightPixels),
        }),
  };
}

/** Nothing for a document, which has pages instead. */
function sizeFrom({ metadata }: ObjectFacts): Pick<Artifact, "widthPixels" | "heightPixels"> {
  const width = metadata[metadataNames.width];
  const height = metadata[metadataNames.height];
  if (width === undefined || height === undefined) return {};
  return { widthPixels: Number(width), heightPixels: Number(height) };
}

function isOfAttempt(facts: ObjectFacts, question: AttemptIdentity): boolean {
  const { metadata } = facts;
  return (
    metadata[metadataNames.uid] === question.job.uid &&
    metadata[metadataNames.attempt] === String(question.attempt) &&
    /^[0-9a-f]{64}$/.test(metadata[metadataNames.sha256] ?? "") &&
    Number.isSafeInteger(Number(metadata[metadataNames.width] ?? 0)) &&
    Number.isSafeInteger(Number(metadata[metadataNames.height] ?? 0))
  );
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

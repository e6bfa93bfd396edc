import { Failure, toFailure } from "../../api/reasons/failure.ts";
import type {
  AttemptIdentity,
  UploadAnswer,
  UploadQuestion,
} from "../../api/messages/capture-messages.ts";
import { isReason, reasonEntry } from "../../api/reasons/reasons.ts";
import { subjects } from "../../api/messages/subjects.ts";
import type { Artifact } from "../../api/kinds/resource-types.ts";
import { sendThroughProxy } from "../../platform/http/proxied-request.ts";
import { failureOfAnswer } from "../../platform/objects/objects-failure.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { factsOf, identityOf } from "../capture/attempt.ts";

export interface UploadablePicture {
  bytes: Uint8Array;
  /** Of the bytes, lower-case hexadecimal. */
  sha256: string;
  mediaType: string;
  /** A document has pages instead. */
  widthPixels?: number;
  heightPixels?: number;
}

type Ticket = Extract<UploadAnswer, { kind: "Ticket" }>;

export interface UploaderParts {
  nats: Nats;
  egressURL: string;
  clock: Clock;
  log: Logger;
}

/** The controller says the job ended in the meantime; there is nothing left to report. */
export class JobFinished extends Error {
  constructor() {
    super("The job is finished, cancelled or gone");
    this.name = "JobFinished";
  }
}

/** With the pauses between them, a store may be away for a quarter of a minute. */
const tries = 6;
/** Refused, the ticket may have expired; the next one is fresh. */
const triesWhenDenied = 2;
const firstPauseMilliseconds = 500;
const askTimeoutMilliseconds = 60_000;
/** 256 MiB through a slow link; a ticket only has to be valid when the request begins. */
const putTimeoutMilliseconds = 120_000;

/** Stores pictures with tickets of the controller; workers have no key of the store. */
export class Uploader {
  readonly #parts: UploaderParts;

  constructor(parts: UploaderParts) {
    this.#parts = parts;
  }

  /**
   * Stores the picture through the egress proxy. Tries again, with a fresh ticket, when the store does not answer or fails.
   * @throws JobFinished, or Failure(StorageUnavailable | StorageDenied | … of the controller), or the signal's reason.
   */
  async store(
    attempt: AttemptIdentity,
    picture: UploadablePicture,
    options: { storeToken: string; signal: AbortSignal },
  ): Promise<Artifact> {
    const question: UploadQuestion = {
      ...identityOf(attempt),
      sizeBytes: picture.bytes.length,
      sha256: picture.sha256,
      mediaType: picture.mediaType,
      ...sizeOf(picture),
    };
    for (let tried = 1; ; tried += 1) {
      try {
        const ticket = await this.#askForTicket(question, options.signal);
        await this.#put(ticket, picture.bytes, options);
        return artifactOf(question, ticket);
      } catch (thrown) {
        options.signal.throwIfAborted();
        if (tried >= triesAfter(thrown)) throw thrown;
        this.#parts.log.warn(
          { ...factsOf(attempt), err: thrown, tried },
          "Could not store picture; trying again",
        );
      }
      const pauseMilliseconds = firstPauseMilliseconds * 2 ** (tried - 1);
      await this.#parts.clock.sleep(pauseMilliseconds, options.signal);
    }
  }

  async #askForTicket(question: UploadQuestion, signal: AbortSignal): Promise<Ticket> {
    const answer = parseUploadAnswer(
      await sendRequest(this.#parts.nats, subjects.ask.upload, question, {
        timeoutMilliseconds: askTimeoutMilliseconds,
        signal,
      }),
    );
    if (answer.kind === "Ticket") return answer;
    if (answer.reason === "JobFinished") throw new JobFinished();
    throw new Failure(answer.reason, { message: answer.message });
  }

  async #put(
    ticket: Ticket,
    bytes: Uint8Array,
    options: { storeToken: string; signal: AbortSignal },
  ): Promise<void> {
    const answer = await sendThroughProxy({
      url: ticket.url,
      method: ticket.method,
      headers: ticket.headers,
      body: bytes,
      proxyURL: this.#parts.egressURL,
      proxyToken: options.storeToken,
      timeoutMilliseconds: putTimeoutMilliseconds,
      signal: options.signal,
    }).catch((thrown: unknown) => {
      throw new Failure("StorageUnavailable", {
        message: "The object store could not be reached",
        cause: thrown,
      });
    });
    const { bucket } = ticket;
    const failure = failureOfAnswer(answer, { operation: "take the picture", bucket });
    if (failure !== undefined) throw failure;
  }
}

function artifactOf(question: UploadQuestion, ticket: Ticket): Artifact {
  const { sha256, sizeBytes, mediaType } = question;
  return {
    bucket: ticket.bucket,
    key: ticket.key,
    digest: `sha256:${sha256}`,
    sizeBytes,
    mediaType,
    ...sizeOf(question),
  };
}

function sizeOf({
  widthPixels,
  heightPixels,
}: Pick<UploadablePicture, "widthPixels" | "heightPixels">) {
  if (widthPixels === undefined || heightPixels === undefined) return {};
  return { widthPixels, heightPixels };
}

function triesAfter(thrown: unknown): number {
  if (!(thrown instanceof Failure)) return 1;
  if (thrown.reason === "StorageDenied") return triesWhenDenied;
  return reasonEntry(thrown.reason).retry === "backoff" ? tries : 1;
}

function parseUploadAnswer(value: unknown): UploadAnswer {
  const answer = value as Record<string, unknown> | null | undefined;
  if (typeof answer === "object" && answer !== null) {
    if (answer["kind"] === "Ticket" && hasStrings(answer, ["url", "bucket", "key"]))
      return { method: "PUT", headers: {}, ...answer } as unknown as UploadAnswer;
    if (answer["kind"] === "Refused" && hasStrings(answer, ["reason", "message"])) {
      const reason = String(answer["reason"]);
      const known = reason === "JobFinished" || isReason(reason) ? reason : "InternalError";
      return { ...answer, reason: known } as unknown as UploadAnswer;
    }
  }
  throw toFailure(new Error("The answer to the upload question was not understood"));
}

function hasStrings(record: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => typeof record[name] === "string");
}

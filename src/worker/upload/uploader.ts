import type { Artifact } from "../../api/kinds/resource-types.ts";
import type { AttemptIdentity } from "../../api/messages/attempt-identity.ts";
import type { CaptureRequest } from "../../api/messages/capture-request.ts";
import type { UploadQuestion } from "../../api/messages/upload-messages.ts";
import { Failure, toFailure } from "../../api/reasons/failure.ts";
import { isRetried } from "../../api/reasons/reasons.ts";
import { backoffMilliseconds } from "../../core/retry/backoff.ts";
import { sendThroughProxy } from "../../platform/http/proxied-request.ts";
import { failureOfAnswer, isTakenStatus } from "../../platform/objects/objects-failure.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { attemptIdentityOf, attemptLogFields } from "../attempt-identity.ts";
import { ReadinessCondition } from "../readiness-condition.ts";
import type { Tries } from "../tries.ts";
import type { UploadTicket, UploadTicketClient } from "./upload-ticket-client.ts";

export interface UploadContent {
  bytes: Uint8Array;
  /** Of the bytes, lower-case hexadecimal. */
  sha256: string;
  mediaType: string;
  /** Of the content of a page: where its picture is stored. */
  pictureKey?: string;
  /** Of a picture; undefined for a document. */
  widthPixels?: number;
  heightPixels?: number;
  /** Of a slice of the picture: its number, from 0. */
  slice?: number;
}

interface UploaderDependencies {
  tickets: UploadTicketClient;
  /** `http://host:port` of the egress proxy. */
  egressURL: string;
  clock: Clock;
  log: Logger;
}

/** Of a failure that is not the object store's, which is waited for until the job's time is over. */
const tries = 6;
const retryBackoff = { firstMilliseconds: 500, mostMilliseconds: 5_000, jitter: 0 };
/** A denied request may have had an expired ticket; the second ticket is fresh. */
const triesWhenDenied = 2;
/** After so many failures in a row the worker captures no more. */
const failuresBeforeUnready = 3;
/** A PUT may take this, and as long again for each 16 MiB; a ticket has to be valid only when the request begins. */
const putTimeoutMilliseconds = 30_000;
const bytesPerTimeout = 16 * 1024 * 1024;

type PutTicket = Extract<UploadTicket, { kind: "Ticket" }>;

/** Stores pictures in the object store with tickets of the controller. */
export class Uploader {
  /** Met while the object store takes pictures. */
  readonly condition = new ReadinessCondition();
  readonly #dependencies: UploaderDependencies;
  /** Uploads that wait for the object store. */
  readonly #failing = new Set<object>();

  constructor(dependencies: UploaderDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Stores content through the egress proxy. Retries, with a fresh ticket, as long as the object store does not answer or fails.
   * @throws JobFinished, a Failure (StorageUnavailable, StorageDenied, StorageInvalid, or of the controller), or the signal's reason
   */
  async store(
    request: AttemptIdentity & Pick<CaptureRequest, "proxyTokens">,
    content: UploadContent,
    { signal, onFailedTry }: Tries,
  ): Promise<Artifact> {
    const { clock, log } = this.#dependencies;
    const question: UploadQuestion = {
      ...attemptIdentityOf(request),
      sizeBytes: content.bytes.length,
      sha256: content.sha256,
      mediaType: content.mediaType,
      ...sizeOf(content),
      writesOnce: true,
      ...(content.pictureKey !== undefined && { pictureKey: content.pictureKey }),
      ...(content.slice !== undefined && { slice: content.slice }),
    };
    using failures = this.#countFailures();
    for (let tried = 1; ; tried += 1) {
      try {
        const put = (ticket: PutTicket) =>
          this.#put(ticket, content.bytes, request.proxyTokens.store, signal);
        const stored = await this.#storeOnce(question, put, signal);
        this.#hasStored();
        return artifactOf(question, stored);
      } catch (thrown) {
        signal.throwIfAborted();
        if (tried >= triesAfter(thrown)) throw thrown;
        onFailedTry(toFailure(thrown));
        failures.add(thrown);
        log.warn(
          { ...attemptLogFields(request), err: thrown, tried },
          "Could not store picture; trying again",
        );
      }
      await clock.sleep(backoffMilliseconds(tried - 1, retryBackoff, 0), signal);
    }
  }

  /**
   * One ticket; another one when its key is taken. What is there may be this upload itself, whose answer was lost; else it is another
   * capture of the same attempt, and this one goes beside it.
   */
  async #storeOnce(
    question: UploadQuestion,
    put: (ticket: PutTicket) => Promise<"Stored" | "Taken">,
    signal: AbortSignal,
  ): Promise<UploadTicket> {
    const { tickets } = this.#dependencies;
    const first = await tickets.request(question, signal);
    if (first.kind === "Stored" || (await put(first)) === "Stored") return first;
    const second = await tickets.request({ ...question, takenKey: first.key }, signal);
    if (second.kind === "Stored" || (await put(second)) === "Stored") return second;
    throw new Failure("StorageUnavailable", {
      message: "The object store says that an object is there which it does not show",
    });
  }

  /** Counts the failures of one upload, until it has ended. */
  #countFailures(): Disposable & { add(thrown: unknown): void } {
    const upload = {};
    let failed = 0;
    return {
      add: (thrown) => {
        failed = isOfStore(thrown) ? failed + 1 : 0;
        if (failed >= failuresBeforeUnready) this.#failing.add(upload);
        this.#updateCondition();
      },
      [Symbol.dispose]: () => {
        this.#failing.delete(upload);
        this.#updateCondition();
      },
    };
  }

  #hasStored(): void {
    this.#failing.clear();
  }

  #updateCondition(): void {
    const isMet = this.#failing.size === 0;
    if (isMet === (this.condition.unreadyReason === undefined)) return;
    this.condition.set(
      isMet
        ? undefined
        : {
            reason: "StoreUnavailable",
            message: "The object store does not take pictures, so no more are captured",
          },
    );
  }

  async #put(
    { url, method, headers, bucket }: PutTicket,
    body: Uint8Array,
    proxyToken: string,
    signal: AbortSignal,
  ): Promise<"Stored" | "Taken"> {
    const answer = await sendThroughProxy({
      url,
      method,
      headers,
      body,
      proxyURL: this.#dependencies.egressURL,
      proxyToken,
      timeoutMilliseconds: putTimeoutMilliseconds * (1 + body.length / bytesPerTimeout),
      signal,
    }).catch((thrown: unknown) => {
      throw new Failure("StorageUnavailable", {
        message: "The object store could not be reached",
        cause: thrown,
      });
    });
    if (isTakenStatus(answer.statusCode)) return "Taken";
    const failure = failureOfAnswer(answer, { operation: "take the picture", bucket });
    if (failure !== undefined) throw failure;
    return "Stored";
  }
}

function artifactOf(question: UploadQuestion, { bucket, key }: UploadTicket): Artifact {
  const { sha256, sizeBytes, mediaType } = question;
  return { bucket, key, digest: `sha256:${sha256}`, sizeBytes, mediaType, ...sizeOf(question) };
}

function sizeOf({
  widthPixels,
  heightPixels,
}: Pick<UploadContent, "widthPixels" | "heightPixels">) {
  if (widthPixels === undefined || heightPixels === undefined) return {};
  return { widthPixels, heightPixels };
}

function isOfStore(thrown: unknown): boolean {
  return thrown instanceof Failure && thrown.reason === "StorageUnavailable";
}

function triesAfter(thrown: unknown): number {
  if (!(thrown instanceof Failure)) return 1;
  if (isOfStore(thrown)) return Number.POSITIVE_INFINITY;
  if (thrown.reason === "StorageDenied") return triesWhenDenied;
  return isRetried(thrown.reason) ? tries : 1;
}

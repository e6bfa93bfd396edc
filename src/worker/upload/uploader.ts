import type { Artifact } from "../../api/kinds/resource-types.ts";
import type { AttemptIdentity } from "../../api/messages/attempt-identity.ts";
import type { CaptureRequest } from "../../api/messages/capture-request.ts";
import type { UploadQuestion } from "../../api/messages/upload-messages.ts";
import { Failure, toFailure } from "../../api/reasons/failure.ts";
import { isRetried } from "../../api/reasons/reasons.ts";
import { backoffMilliseconds } from "../../core/retry/backoff.ts";
import { sendThroughProxy } from "../../platform/http/proxied-request.ts";
import { failureOfAnswer } from "../../platform/objects/objects-failure.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { attemptIdentityOf, attemptLogFields } from "../attempt-identity.ts";
import type { Tries } from "../tries.ts";
import type { UploadTicket, UploadTicketClient } from "./upload-ticket-client.ts";

export interface UploadContent {
  bytes: Uint8Array;
  /** Of the bytes, lower-case hexadecimal. */
  sha256: string;
  mediaType: string;
  /** Of a picture; undefined for a document. */
  widthPixels?: number;
  heightPixels?: number;
}

interface UploaderDependencies {
  tickets: UploadTicketClient;
  /** `http://host:port` of the egress proxy. */
  egressURL: string;
  clock: Clock;
  log: Logger;
}

/** With the pauses between them, the object store may be unavailable for 15 seconds. */
const tries = 6;
const retryBackoff = { firstMilliseconds: 500, mostMilliseconds: 60_000, jitter: 0 };
/** A denied request may have had an expired ticket; the second ticket is fresh. */
const triesWhenDenied = 2;
/** For 256 MiB over a slow link; a ticket has to be valid only when the request begins. */
const putTimeoutMilliseconds = 120_000;

/** Stores pictures in the object store with tickets of the controller. */
export class Uploader {
  readonly #dependencies: UploaderDependencies;

  constructor(dependencies: UploaderDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Stores content through the egress proxy. Retries, with a fresh ticket, when the object store does not answer or fails.
   * @throws JobFinished, a Failure (StorageUnavailable, StorageDenied, StorageInvalid, or of the controller), or the signal's reason
   */
  async store(
    request: AttemptIdentity & Pick<CaptureRequest, "proxyTokens">,
    content: UploadContent,
    { signal, onFailedTry }: Tries,
  ): Promise<Artifact> {
    const { clock, log, tickets } = this.#dependencies;
    const question: UploadQuestion = {
      ...attemptIdentityOf(request),
      sizeBytes: content.bytes.length,
      sha256: content.sha256,
      mediaType: content.mediaType,
      ...sizeOf(content),
    };
    for (let tried = 1; ; tried += 1) {
      try {
        const ticket = await tickets.request(question, signal);
        await this.#put(ticket, content.bytes, request.proxyTokens.store, signal);
        return artifactOf(question, ticket);
      } catch (thrown) {
        signal.throwIfAborted();
        if (tried >= triesAfter(thrown)) throw thrown;
        onFailedTry(toFailure(thrown));
        log.warn(
          { ...attemptLogFields(request), err: thrown, tried },
          "Could not store picture; trying again",
        );
      }
      await clock.sleep(backoffMilliseconds(tried - 1, retryBackoff, 0), signal);
    }
  }

  async #put(
    { url, method, headers, bucket }: UploadTicket,
    body: Uint8Array,
    proxyToken: string,
    signal: AbortSignal,
  ): Promise<void> {
    const answer = await sendThroughProxy({
      url,
      method,
      headers,
      body,
      proxyURL: this.#dependencies.egressURL,
      proxyToken,
      timeoutMilliseconds: putTimeoutMilliseconds,
      signal,
    }).catch((thrown: unknown) => {
      throw new Failure("StorageUnavailable", {
        message: "The object store could not be reached",
        cause: thrown,
      });
    });
    const failure = failureOfAnswer(answer, { operation: "take the picture", bucket });
    if (failure !== undefined) throw failure;
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

function triesAfter(thrown: unknown): number {
  if (!(thrown instanceof Failure)) return 1;
  if (thrown.reason === "StorageDenied") return triesWhenDenied;
  return isRetried(thrown.reason) ? tries : 1;
}

import {
  parseCopyAnswer,
  parseCopyTicket,
  type CopyQuestion,
  type CopyTicket,
} from "../../api/messages/copy-messages.ts";
import type { AttemptIdentity } from "../../api/messages/attempt-identity.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { isRetried } from "../../api/reasons/reasons.ts";
import { sendThroughProxy } from "../../platform/http/proxied-request.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { createReplyBox } from "../../platform/sealing/reply-box.ts";
import { attemptIdentityOf, attemptLogFields } from "../attempt-identity.ts";
import { JobFinished } from "../job-finished-error.ts";
import { retried } from "../retried.ts";
import type { Tries } from "../tries.ts";
import { failureOfConnection, failureOfOwnBucket } from "./own-bucket-failure.ts";

/** A picture that the operator's bucket has. */
export interface StoredPicture {
  bytes: Uint8Array;
  /** Of the bytes, lower-case hexadecimal. */
  sha256: string;
  mediaType: string;
}

interface CopyUploaderDependencies {
  nats: Nats;
  /** `http://host:port` of the egress proxy. */
  egressURL: string;
  clock: Clock;
  log: Logger;
}

const questionTimeoutMilliseconds = 20_000;
/** One PUT may take this, and as long again for each 16 MiB. */
const putTimeoutMilliseconds = 15_000;
const bytesPerTimeout = 16 * 1024 * 1024;
/** All tries together: this many times as long as one. */
const putsPerCopy = 3;
/** Of the service of a bucket that fails: its owner is told, and may call again. */
const triesOfBucket = 4;
/** Of a part of Stills that fails, such as a controller that restarts. */
const triesOfStills = 6;
const retryBackoff = { firstMilliseconds: 500, mostMilliseconds: 4_000, jitter: 0 };

/**
 * Puts pictures into buckets of users: a request that a controller has signed, sent through the egress proxy, which checks the address. The
 * keys of the bucket are never here. Only the request is repeated, never the capture.
 */
export class CopyUploader {
  readonly #dependencies: CopyUploaderDependencies;

  constructor(dependencies: CopyUploaderDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * @throws JobFinished, Failure(BucketDenied, BucketInvalid, BucketUnavailable, TargetNotAllowed, EgressUnavailable, or of the
   *   controller), or the signal's reason
   */
  async copy(request: AttemptIdentity, picture: StoredPicture, options: Tries): Promise<void> {
    const { clock, log } = this.#dependencies;
    const limitMilliseconds = timeoutOf(picture);
    let last = notTaken();
    using deadline = new Deadline({
      milliseconds: putsPerCopy * limitMilliseconds,
      reason: () => last,
      parents: [options.signal],
    });
    const { signal } = deadline;
    await retried(() => this.#put(request, picture, signal), {
      signal,
      onFailedTry: (failure) => {
        if (failure.reason === "BucketUnavailable") last = failure;
        options.onFailedTry(failure);
      },
      triesAfter: ({ reason }) => {
        if (reason === "BucketUnavailable") return triesOfBucket;
        return isRetried(reason) ? triesOfStills : 1;
      },
      backoff: retryBackoff,
      clock,
      report: (err, tried) =>
        log.warn(
          { ...attemptLogFields(request), err, tried },
          "Could not put picture into the bucket of its job; trying again",
        ),
    });
  }

  async #put(request: AttemptIdentity, picture: StoredPicture, signal: AbortSignal): Promise<void> {
    const { url, method, headers, bucket, proxyToken } = await this.#ticket(
      request,
      picture,
      signal,
    );
    const target = { bucket, host: new URL(url).host };
    const answer = await sendThroughProxy({
      url,
      method,
      headers,
      body: picture.bytes,
      proxyURL: this.#dependencies.egressURL,
      proxyToken,
      timeoutMilliseconds: timeoutOf(picture),
      signal,
    }).catch((thrown: unknown) => {
      signal.throwIfAborted();
      throw failureOfConnection(thrown, target);
    });
    const failure = failureOfOwnBucket(answer, target);
    if (failure !== undefined) throw failure;
  }

  /** A fresh one for each try: a signature is valid for a few minutes. */
  async #ticket(
    request: AttemptIdentity,
    { bytes, sha256, mediaType }: StoredPicture,
    signal: AbortSignal,
  ): Promise<CopyTicket> {
    const box = await createReplyBox();
    const question: CopyQuestion = {
      ...attemptIdentityOf(request),
      sha256,
      sizeBytes: bytes.length,
      mediaType,
      replyKey: box.publicKey,
    };
    const answer = parseCopyAnswer(
      await sendRequest(this.#dependencies.nats, subjects.ask.copy, question, {
        timeoutMilliseconds: questionTimeoutMilliseconds,
        signal,
      }),
    );
    if (answer.kind === "Finished") throw new JobFinished();
    const opened = await box.open(answer, request.job.uid);
    return parseCopyTicket(JSON.parse(Buffer.from(opened).toString()));
  }
}

function timeoutOf({ bytes }: StoredPicture): number {
  return putTimeoutMilliseconds * (1 + bytes.length / bytesPerTimeout);
}

function notTaken(): Failure {
  return new Failure("BucketUnavailable", {
    message: "The service of your bucket did not take the picture in time",
  });
}

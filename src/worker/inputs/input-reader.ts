import type { CaptureRequest } from "../../api/messages/capture-request.ts";
import { parseInputAnswer, type InputTicket } from "../../api/messages/input-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";
import { largestInputBytes } from "../../api/options/text-rules.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { isRetried } from "../../api/reasons/reasons.ts";
import { sha256Of, sha256OfDigest } from "../../core/storage/content-digest.ts";
import { sendThroughProxy } from "../../platform/http/proxied-request.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import { failureOfAnswer } from "../../platform/objects/objects-failure.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { attemptIdentityOf, attemptLogFields } from "../attempt-identity.ts";
import { JobFinished } from "../job-finished-error.ts";
import { retried } from "../retried.ts";
import type { Tries } from "../tries.ts";

interface InputReaderDependencies {
  nats: Nats;
  /** `http://host:port` of the egress proxy. */
  egressURL: string;
  clock: Clock;
  log: Logger;
}

const questionTimeoutMilliseconds = 60_000;
const getTimeoutMilliseconds = 60_000;
/** With the pauses between them, the object store may be unavailable for 15 seconds. */
const tries = 6;
const retryBackoff = { firstMilliseconds: 500, mostMilliseconds: 60_000, jitter: 0 };

/** Reads the content that a job refers to by its digest: a ticket from the controller, then the object store, through the egress proxy. */
export class InputReader {
  readonly #dependencies: InputReaderDependencies;

  constructor(dependencies: InputReaderDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * What to capture, with the content in place of the references to it.
   * @throws JobFinished, Failure(ContentNotFound, StorageUnavailable, …), or the signal's reason
   */
  async resolve(request: CaptureRequest, options: Tries): Promise<CaptureSpec> {
    const { contentRef, scriptRef, styleRef, ...inline } = request.capture;
    const read = async (ref: { digest: string } | undefined): Promise<string[]> =>
      ref === undefined ? [] : [await this.#read(request, ref.digest, options)];
    const [documents, scripts, styles] = await Promise.all(
      [contentRef, scriptRef, styleRef].map(read),
    );
    const [document] = documents ?? [];
    return {
      ...inline,
      ...(document !== undefined && {
        [contentRef?.mediaType === "text/markdown" ? "markdown" : "html"]: document,
      }),
      ...(scriptRef !== undefined && { scripts: [...(inline.scripts ?? []), ...(scripts ?? [])] }),
      ...(styleRef !== undefined && { styles: [...(inline.styles ?? []), ...(styles ?? [])] }),
    };
  }

  async #read(request: CaptureRequest, digest: string, options: Tries): Promise<string> {
    const { clock, log } = this.#dependencies;
    return await retried(() => this.#readOnce(request, digest, options.signal), {
      ...options,
      triesAfter: ({ reason }) => (isRetried(reason) ? tries : 1),
      backoff: retryBackoff,
      clock,
      report: (err, tried) =>
        log.warn(
          { ...attemptLogFields(request), err, tried },
          "Could not read content of the job; trying again",
        ),
    });
  }

  async #readOnce(request: CaptureRequest, digest: string, signal: AbortSignal): Promise<string> {
    const sha256 = sha256OfDigest(digest);
    const ticket = await this.#ticket(request, sha256, signal);
    const answer = await sendThroughProxy({
      url: ticket.url,
      method: ticket.method,
      headers: ticket.headers,
      proxyURL: this.#dependencies.egressURL,
      proxyToken: request.proxyTokens.store,
      timeoutMilliseconds: getTimeoutMilliseconds,
      answerLimitBytes: largestInputBytes,
      signal,
    }).catch((thrown: unknown) => {
      signal.throwIfAborted();
      throw unavailable("The object store could not be reached", thrown);
    });
    const failure = failureOfAnswer(answer, { operation: "read content", bucket: ticket.bucket });
    if (failure !== undefined) throw failure;
    if (sha256Of(answer.bytes) !== sha256)
      throw unavailable("The object store did not give the content whose digest the job names");
    return answer.bytes.toString();
  }

  async #ticket(
    request: CaptureRequest,
    sha256: string,
    signal: AbortSignal,
  ): Promise<InputTicket> {
    const question = { kind: "Read", ...attemptIdentityOf(request), sha256 };
    const answer = parseInputAnswer(
      await sendRequest(this.#dependencies.nats, subjects.ask.input, question, {
        timeoutMilliseconds: questionTimeoutMilliseconds,
        signal,
      }),
    );
    if (answer.kind === "Ticket") return answer;
    if (answer.reason === "JobFinished") throw new JobFinished();
    throw new Failure(answer.reason, { message: answer.message });
  }
}

function unavailable(message: string, cause?: unknown): Failure {
  return new Failure("StorageUnavailable", { message, ...(cause === undefined ? {} : { cause }) });
}

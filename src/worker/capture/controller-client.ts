import { Failure, toFailure } from "../../api/reasons/failure.ts";
import { parseAttemptAnswer, type AttemptAnswer } from "../../api/messages/attempt-answer.ts";
import type { AttemptIdentity } from "../../api/messages/attempt-identity.ts";
import type { CaptureRequest } from "../../api/messages/capture-request.ts";
import { parsePlaintextAnswer } from "../../api/messages/secret-messages.ts";
import { parsePageSecrets, type PageSecrets } from "../../api/messages/page-secrets.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { createReplyBox } from "../../platform/sealing/reply-box.ts";
import { attemptIdentityOf, attemptLogFields } from "../attempt-identity.ts";
import { JobFinished } from "../job-finished-error.ts";

const requestTimeoutMilliseconds = 10_000;
const pauseMilliseconds = 1_000;

/** The worker's requests to the controller about an attempt. Each is repeated until a controller answers. */
export class ControllerClient {
  readonly #nats: Nats;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor({ nats, clock, log }: { nats: Nats; clock: Clock; log: Logger }) {
    this.#nats = nats;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * What became of a redelivered attempt: its picture may be stored already, or its job finished.
   * @throws the Failure that the controller answers with, or the signal's reason
   */
  async stateOf(attempt: AttemptIdentity, signal: AbortSignal): Promise<AttemptAnswer> {
    const identity = attemptIdentityOf(attempt);
    const answer = parseAttemptAnswer(await this.#request(subjects.ask.attempt, identity, signal));
    const fields = { ...attemptLogFields(attempt), answer: answer.kind };
    this.#log.info(fields, "Asked about a redelivered attempt");
    return answer;
  }

  /**
   * The sealed fields of an attempt, in the clear. They stay in memory for one capture and are never logged.
   * @throws JobFinished, Failure(SealInvalid) when the fields cannot be opened, or the signal's reason
   */
  async openSealedFields(request: CaptureRequest, signal: AbortSignal): Promise<PageSecrets> {
    const box = await createReplyBox();
    const question = { ...attemptIdentityOf(request), replyKey: box.publicKey };
    const answer = parsePlaintextAnswer(
      await this.#request(subjects.ask.plaintext, question, signal),
    );
    if (answer.kind === "Finished") throw new JobFinished();
    try {
      const opened = await box.open(answer, request.job.uid);
      return parsePageSecrets(JSON.parse(Buffer.from(opened).toString()));
    } catch (thrown) {
      throw new Failure("RequestMalformed", {
        message: "The controller's answer about the job's secrets was not understood",
        cause: thrown,
      });
    }
  }

  /** Repeats the request until a controller answers: a capture depends on it, controllers restart, and some ask the object store. */
  async #request(subject: string, body: AttemptIdentity, signal: AbortSignal): Promise<unknown> {
    for (;;) {
      try {
        return await sendRequest(this.#nats, subject, body, {
          timeoutMilliseconds: requestTimeoutMilliseconds,
          signal,
        });
      } catch (thrown) {
        signal.throwIfAborted();
        const { reason } = toFailure(thrown);
        if (reason !== "InternalError" && reason !== "StorageUnavailable") throw thrown;
        this.#log.warn(
          { ...attemptLogFields(body), err: thrown },
          "No controller has an answer; asking again",
        );
        await this.#clock.sleep(pauseMilliseconds, signal);
      }
    }
  }
}

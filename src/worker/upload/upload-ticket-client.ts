import { Failure, toFailure } from "../../api/reasons/failure.ts";
import {
  parseUploadAnswer,
  type UploadAnswer,
  type UploadQuestion,
} from "../../api/messages/upload-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { JobFinished } from "../job-finished-error.ts";

/** A presigned request to the object store, or where the bytes are stored already. */
export type UploadTicket = Exclude<UploadAnswer, { kind: "Refused" }>;

const requestTimeoutMilliseconds = 60_000;

/** Requests upload tickets from the controller: workers have no credentials for the object store. */
export class UploadTicketClient {
  readonly #nats: Nats;

  constructor(nats: Nats) {
    this.#nats = nats;
  }

  /** @throws JobFinished, the Failure that the controller refuses with, or the signal's reason */
  async request(question: UploadQuestion, signal: AbortSignal): Promise<UploadTicket> {
    const answer = understood(
      await sendRequest(this.#nats, subjects.ask.upload, question, {
        timeoutMilliseconds: requestTimeoutMilliseconds,
        signal,
      }),
    );
    if (answer.kind !== "Refused") return answer;
    if (answer.reason === "JobFinished") throw new JobFinished();
    throw new Failure(answer.reason, { message: answer.message });
  }
}

/** @throws Failure(InternalError), which allows a retry: during an upgrade, controllers of two versions answer */
function understood(value: unknown): UploadAnswer {
  try {
    return parseUploadAnswer(value);
  } catch (thrown) {
    throw toFailure(
      new Error("The answer to the upload question was not understood", { cause: thrown }),
    );
  }
}

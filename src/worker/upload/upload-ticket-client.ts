import { Failure, toFailure } from "../../api/reasons/failure.ts";
import type { UploadAnswer, UploadQuestion } from "../../api/messages/capture-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { isReason } from "../../api/reasons/reasons.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { JobFinished } from "../job-finished.ts";

/** A presigned request to the object store. */
export type UploadTicket = Extract<UploadAnswer, { kind: "Ticket" }>;

const requestTimeoutMilliseconds = 60_000;

/** Requests upload tickets from the controller: workers have no credentials for the object store. */
export class UploadTicketClient {
  readonly #nats: Nats;

  constructor(nats: Nats) {
    this.#nats = nats;
  }

  /** @throws JobFinished, the Failure that the controller refuses with, or the signal's reason */
  async request(question: UploadQuestion, signal: AbortSignal): Promise<UploadTicket> {
    const answer = parseUploadAnswer(
      await sendRequest(this.#nats, subjects.ask.upload, question, {
        timeoutMilliseconds: requestTimeoutMilliseconds,
        signal,
      }),
    );
    if (answer.kind === "Ticket") return answer;
    if (answer.reason === "JobFinished") throw new JobFinished();
    throw new Failure(answer.reason, { message: answer.message });
  }
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

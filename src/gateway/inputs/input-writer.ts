import { parseInputAnswer, type InputTicket } from "../../api/messages/input-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { Failure, toFailure } from "../../api/reasons/failure.ts";
import { digestOf, sha256Of } from "../../core/storage/content-digest.ts";
import { createInputProof } from "../../core/tokens/input-proof.ts";
import { TakeError, takeErrorOfReason } from "../../core/take/take-error.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import { uploadWithTicket } from "../../platform/objects/ticket-upload.ts";
import { Deadline } from "../../platform/process/deadline.ts";

interface InputWriterDependencies {
  nats: Nats;
  jobProofKey: string;
}

const questionTimeoutMilliseconds = 10_000;
const uploadTimeoutMilliseconds = 30_000;
const tries = 2;
const retryAfterSeconds = 5;

/** Puts content that a job refers to into the object store, below the namespace of the account: the gateway's own key only reads. */
export class InputWriter {
  readonly #dependencies: InputWriterDependencies;

  constructor(dependencies: InputWriterDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Returns the digest to refer to. Content that is there already is put again, since objects expire by their age.
   * @throws TakeError
   */
  async put(namespace: string, bytes: Uint8Array, signal: AbortSignal): Promise<string> {
    const sha256 = sha256Of(bytes);
    for (let tried = 1; ; tried += 1) {
      try {
        using deadline = new Deadline({
          milliseconds: uploadTimeoutMilliseconds,
          parents: [signal],
        });
        const ticket = await this.#ticket({ namespace, sha256, sizeBytes: bytes.length }, signal);
        await uploadWithTicket({ ticket, bytes, signal: deadline.signal });
        return digestOf(sha256);
      } catch (thrown) {
        signal.throwIfAborted();
        const failure = toFailure(thrown);
        if (failure.reason === "StorageUnavailable" && tried < tries) continue;
        throw toTakeError(failure);
      }
    }
  }

  async #ticket(
    input: { namespace: string; sha256: string; sizeBytes: number },
    signal: AbortSignal,
  ): Promise<InputTicket> {
    const { nats, jobProofKey } = this.#dependencies;
    const question = { kind: "Write", ...input, proof: createInputProof(input, jobProofKey) };
    const answer = parseInputAnswer(
      await sendRequest(nats, subjects.ask.input, question, {
        timeoutMilliseconds: questionTimeoutMilliseconds,
        signal,
      }),
    );
    if (answer.kind === "Ticket") return answer;
    const reason = answer.reason === "JobFinished" ? "InternalError" : answer.reason;
    throw new Failure(reason, { message: answer.message });
  }
}

/** Without an answer of a controller, or of the store, the same call may succeed a moment later. */
function toTakeError({ reason, message }: Failure): TakeError {
  if (reason !== "InternalError" && reason !== "StorageUnavailable")
    return takeErrorOfReason(reason, { message });
  return new TakeError("temporary_unavailable", {
    message: "The content of the call cannot be stored now; send the request again",
    retryAfterSeconds,
    reason,
  });
}

import { Failure } from "../../api/reasons/failure.ts";
import { TakeError } from "../../core/take/take-error.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";

/** Longer than the election of a new leader takes. */
const requestTimeoutMilliseconds = 20_000;
const retryAfterSeconds = 10;

interface LeaderQuestion {
  subject: string;
  question: unknown;
  /** What the answer is needed for, as the subject of a sentence: "The limits of the account". */
  needed: string;
  signal: AbortSignal;
}

/**
 * Asks the leading controller, and waits for the election of a new one.
 *
 * @returns the answer as parsed JSON
 * @throws TakeError temporary_unavailable if no controller answers; the signal's reason
 */
export async function askLeader(
  nats: Nats,
  { subject, question, needed, signal }: LeaderQuestion,
): Promise<unknown> {
  try {
    const options = { timeoutMilliseconds: requestTimeoutMilliseconds, signal };
    return await sendRequest(nats, subject, question, options);
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.reason !== "InternalError") throw thrown;
    throw new TakeError("temporary_unavailable", {
      message: `${needed} cannot be checked because no controller answers; send the request again`,
      retryAfterSeconds,
    });
  }
}

import { Failure, toFailure } from "../../api/reasons/failure.ts";
import type {
  CaptureRequest,
  PlaintextAnswer,
  PlaintextQuestion,
} from "../../api/messages/capture-messages.ts";
import type { PageSecrets } from "../../api/options/sealed-fields.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { createReplyBox } from "../../platform/sealing/reply-box.ts";
import { factsOf, identityOf } from "./attempt.ts";
import { JobFinished } from "../upload/uploader.ts";

const askTimeoutMilliseconds = 10_000;

/**
 * The sealed fields of an attempt in the clear, from whichever controller answers first; asks until one does. They stay in memory
 * for one capture, and are never logged.
 *
 * @throws JobFinished when the attempt no longer counts; Failure(SealInvalid) when the fields cannot be opened
 */
export async function askForSecrets(
  parts: { nats: Nats; log: Logger },
  request: CaptureRequest,
  signal: AbortSignal,
): Promise<PageSecrets> {
  const box = await createReplyBox();
  const question = { ...identityOf(request), replyKey: box.publicKey };
  const answer = await answerTo(question, { ...parts, signal });
  if (answer?.kind === "Finished") throw new JobFinished();
  try {
    if (answer?.kind !== "Sealed") throw new TypeError("There are no sealed bytes in it");
    const opened = await box.open(answer, request.job.uid);
    return JSON.parse(Buffer.from(opened).toString()) as PageSecrets;
  } catch (thrown) {
    throw new Failure("RequestMalformed", {
      message: "The controller's answer about the job's secrets was not understood",
      cause: thrown,
    });
  }
}

async function answerTo(
  question: PlaintextQuestion,
  { nats, log, signal }: { nats: Nats; log: Logger; signal: AbortSignal },
): Promise<PlaintextAnswer | undefined> {
  const timeoutMilliseconds = askTimeoutMilliseconds;
  for (;;) {
    try {
      const answer = await sendRequest(nats, subjects.ask.plaintext, question, {
        timeoutMilliseconds,
        signal,
      });
      return answer as PlaintextAnswer | undefined;
    } catch (thrown) {
      signal.throwIfAborted();
      if (toFailure(thrown).reason !== "InternalError") throw thrown;
      log.warn({ ...factsOf(question), err: thrown }, "No controller answers; asking again");
    }
  }
}

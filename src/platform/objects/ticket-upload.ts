import { Failure } from "../../api/reasons/failure.ts";
import { failureOfAnswer } from "./objects-failure.ts";

interface TicketUpload {
  ticket: { method: string; url: string; headers: Record<string, string>; bucket: string };
  bytes: Uint8Array;
  signal: AbortSignal;
}

const longestAnswerCharacters = 65_536;

/**
 * Puts bytes with a presigned request, straight to the object store.
 * @throws Failure(StorageUnavailable, StorageDenied or StorageInvalid), or the signal's reason
 */
export async function uploadWithTicket({ ticket, bytes, signal }: TicketUpload): Promise<void> {
  const { method, url, headers, bucket } = ticket;
  const answer = await fetch(url, { method, headers, body: bytes, redirect: "error", signal })
    .then(async (response) => ({
      statusCode: response.status,
      text: (await response.text()).slice(0, longestAnswerCharacters),
    }))
    .catch((thrown: unknown) => {
      signal.throwIfAborted();
      throw new Failure("StorageUnavailable", {
        message: "The object store could not be reached",
        cause: thrown,
      });
    });
  const failure = failureOfAnswer(answer, { operation: "take content", bucket });
  if (failure !== undefined) throw failure;
}

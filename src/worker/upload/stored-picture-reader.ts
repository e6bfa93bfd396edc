import type { AttemptAnswer } from "../../api/messages/attempt-answer.ts";
import type { CaptureRequest } from "../../api/messages/capture-request.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { sha256Of, sha256OfDigest } from "../../core/storage/content-digest.ts";
import { sendThroughProxy } from "../../platform/http/proxied-request.ts";
import { failureOfAnswer } from "../../platform/objects/objects-failure.ts";
import type { StoredPicture } from "./copy-uploader.ts";

type StoredAnswer = Extract<AttemptAnswer, { kind: "Stored" }>;

const getTimeoutMilliseconds = 60_000;

/**
 * Reads the picture that an earlier worker stored for this attempt, so that its copy has the same bytes.
 * @throws Failure(StorageUnavailable, StorageDenied, StorageInvalid), or the signal's reason
 */
export async function readStoredPicture(
  { url, artifact }: StoredAnswer,
  {
    request,
    egressURL,
    signal,
  }: { request: Pick<CaptureRequest, "proxyTokens">; egressURL: string; signal: AbortSignal },
): Promise<StoredPicture> {
  const answer = await sendThroughProxy({
    url,
    method: "GET",
    headers: {},
    proxyURL: egressURL,
    proxyToken: request.proxyTokens.store,
    timeoutMilliseconds: getTimeoutMilliseconds,
    answerLimitBytes: artifact.sizeBytes + 1,
    signal,
  }).catch((thrown: unknown) => {
    signal.throwIfAborted();
    throw new Failure("StorageUnavailable", {
      message: "The object store could not be reached",
      cause: thrown,
    });
  });
  const attempted = { operation: "read the picture", bucket: artifact.bucket };
  const failure = failureOfAnswer(answer, attempted);
  if (failure !== undefined) throw failure;
  const { bytes } = answer;
  const sha256 = sha256OfDigest(artifact.digest);
  if (sha256Of(bytes) !== sha256)
    throw new Failure("StorageUnavailable", {
      message: "The object store did not give the picture that it says it has",
    });
  return { bytes, sha256, mediaType: artifact.mediaType };
}

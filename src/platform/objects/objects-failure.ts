import { Failure } from "../../api/reasons/failure.ts";
import { missingBucketMessage } from "../../core/storage/storage-messages.ts";

/** Codes of S3 answers for credentials that may not do this. */
const deniedCodes = new Set([
  "AccessDenied",
  "AccountProblem",
  "AllAccessDisabled",
  "ExpiredToken",
  "InvalidAccessKeyId",
  "InvalidToken",
  "SignatureDoesNotMatch",
  "Forbidden",
  // versitygw, for an unknown access key, with status 404.
  "XAdminUserNotFound",
]);

/** Codes of S3 answers for a bucket, a region or a request that is wrong. */
const invalidCodes = new Set([
  "AuthorizationHeaderMalformed",
  "IllegalLocationConstraintException",
  "InvalidArgument",
  "InvalidBucketName",
  "InvalidRequest",
  "KeyTooLongError",
  "MethodNotAllowed",
  "NoSuchBucket",
  "NotImplemented",
  "PermanentRedirect",
]);

/** Codes with a 4xx status that are transient: data damaged in transit, or a bad moment. */
const transientCodes = new Set([
  "BadDigest",
  "ConditionalRequestConflict",
  "IncompleteBody",
  "OperationAborted",
  "RequestTimeout",
  "RequestTimeTooSkewed",
  "SlowDown",
  "XAmzContentSHA256Mismatch",
]);

/** For an answer without a code: a HEAD has no body. */
function reasonOfStatus(status: number): StorageReason {
  if (status === 401 || status === 403) return "StorageDenied";
  if (status === 408 || status === 429 || status >= 500 || status < 300)
    return "StorageUnavailable";
  return "StorageInvalid";
}

type StorageReason = "StorageUnavailable" | "StorageDenied" | "StorageInvalid";

/** What an answer of a store means, with its code ("" where there is none); undefined for a success. */
export function verdictOfAnswer({
  statusCode,
  text,
}: {
  statusCode: number;
  text: string;
}): { reason: StorageReason; code: string } | undefined {
  if (statusCode >= 200 && statusCode < 300) return undefined;
  const code = codeIn(text);
  return { reason: reasonOf({ code, status: statusCode }), code };
}

function codeIn(text: string): string {
  return /<Code>([A-Za-z0-9]{1,64})<\/Code>/.exec(text)?.[1] ?? "";
}

/** What was tried, for the sentence. */
interface ObjectsOperation {
  /** After "The object store could not …". */
  operation: string;
  bucket: string;
}

/**
 * The failure of a call of the client. The codes are those of docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html:
 * StorageDenied and StorageInvalid are final, everything else (no connection, 5xx, slow down) is StorageUnavailable and may be
 * retried. The message names the operation and the code, never the answer's text, which may quote the request.
 */
export function toObjectsFailure(thrown: unknown, attempted: ObjectsOperation): Failure {
  if (thrown instanceof Failure) return thrown;
  const code = thrown instanceof Error ? thrown.name : "";
  return failureOf({ code, status: statusOf(thrown) }, attempted, thrown);
}

/** The same for an answer that came without the client, as to a PUT with an upload ticket; undefined if it is a success. */
export function failureOfAnswer(
  { statusCode, text }: { statusCode: number; text: string },
  attempted: ObjectsOperation,
): Failure | undefined {
  if (statusCode >= 200 && statusCode < 300) return undefined;
  return failureOf({ code: codeIn(text), status: statusCode }, attempted);
}

/** Whether a store answered that a key is taken, to a request that is only for a free one; an old MinIO says 304. */
export function isTakenStatus(statusCode: number | undefined): boolean {
  return statusCode === 412 || statusCode === 304;
}

/** The same of a call of the client. */
export function isTaken(thrown: unknown): boolean {
  return isTakenStatus(statusOf(thrown));
}

/** Whether the object is not the one with the etag that was asked for. */
export function isOtherVersion(thrown: unknown): boolean {
  return statusOf(thrown) === 412;
}

/** Whether there is no such object; a missing bucket has another code, where the server says so. */
export function isNoSuchObject(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  return thrown.name === "NoSuchKey" || (thrown.name === "NotFound" && statusOf(thrown) === 404);
}

interface Verdict {
  /** "" where there is none. */
  code: string;
  /** Undefined where there was no answer. */
  status: number | undefined;
}

function failureOf(
  verdict: Verdict,
  { operation, bucket }: ObjectsOperation,
  cause?: unknown,
): Failure {
  const message =
    verdict.code === "NoSuchBucket"
      ? missingBucketMessage(bucket)
      : `The object store could not ${operation}: ${describe(verdict)}`;
  return new Failure(reasonOf(verdict), { message, cause });
}

function reasonOf({ code, status }: Verdict): StorageReason {
  if (transientCodes.has(code)) return "StorageUnavailable";
  if (deniedCodes.has(code)) return "StorageDenied";
  if (invalidCodes.has(code)) return "StorageInvalid";
  return status === undefined ? "StorageUnavailable" : reasonOfStatus(status);
}

function describe({ code, status }: Verdict): string {
  if (status === undefined) return "it does not answer; check its endpoint and that it runs";
  return code === "" ? `it answered ${status}` : `it answered ${status} ${code}`;
}

function statusOf(thrown: unknown): number | undefined {
  const metadata = (thrown as { $metadata?: { httpStatusCode?: unknown } } | null)?.$metadata;
  return typeof metadata?.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

import { Failure } from "../../api/reasons/failure.ts";
import { certificateProblem } from "../../platform/http/certificate-problem.ts";
import { TunnelRefused } from "../../platform/http/connect-client.ts";
import { verdictOfAnswer } from "../../platform/objects/objects-failure.ts";
import { egressRefusalOf } from "../network/egress-refusal.ts";

/** Where a picture was put, as a person would name it. */
interface Target {
  bucket: string;
  /** Of the service. */
  host: string;
}

/** Codes for keys that the service does not know; others mean a right that is missing. */
const wrongKeys = new Set([
  "InvalidAccessKeyId",
  "InvalidToken",
  "ExpiredToken",
  "SignatureDoesNotMatch",
  "XAdminUserNotFound",
]);

/** Codes for a request that was signed for another region, or sent to the endpoint of another one. */
const wrongRegion = new Set([
  "AuthorizationHeaderMalformed",
  "IllegalLocationConstraintException",
  "PermanentRedirect",
  "TemporaryRedirect",
]);

/**
 * What the answer of a user's bucket means: the three failures of storage, told apart. Of the answer only the code and the name of a region
 * are repeated. Undefined for a success.
 */
export function failureOfOwnBucket(
  answer: { statusCode: number; text: string },
  target: Target,
): Failure | undefined {
  const verdict = verdictOfAnswer(answer);
  if (verdict === undefined) return undefined;
  const { bucket, host } = target;
  const { code } = verdict;
  const answered = `it answered ${answer.statusCode}${code === "" ? "" : ` ${code}`}`;
  if (verdict.reason === "StorageUnavailable")
    return new Failure("BucketUnavailable", {
      message: `The service of your bucket '${bucket}' did not take the picture: ${answered}`,
    });
  if (verdict.reason === "StorageDenied")
    return new Failure("BucketDenied", {
      message: `Your bucket '${bucket}' refused the picture: ${answered}; ${deniedRemedy(code)}`,
    });
  return new Failure("BucketInvalid", { message: invalidMessage(answer, code, { bucket, host }) });
}

function deniedRemedy(code: string): string {
  return wrongKeys.has(code)
    ? "check its access key ID and its secret access key"
    : "give its key the right s3:PutObject, with ACL also s3:PutObjectAcl";
}

function invalidMessage(
  answer: { statusCode: number; text: string },
  code: string,
  { bucket, host }: Target,
): string {
  const answered = `it answered ${answer.statusCode}${code === "" ? "" : ` ${code}`}`;
  if (code === "NoSuchBucket") return `Your bucket '${bucket}' does not exist at ${host}`;
  const isElsewhere = wrongRegion.has(code) || Math.floor(answer.statusCode / 100) === 3;
  if (!isElsewhere)
    return `The service of your bucket '${bucket}' does not accept the request: ${answered}; check \`storage.bucket\` and \`storage.endpoint\``;
  const region = /<Region>([a-z0-9-]{1,32})<\/Region>/.exec(answer.text)?.[1];
  const place = region === undefined ? "in another region" : `in the region '${region}'`;
  return `Your bucket '${bucket}' is ${place}: ${answered}; give the address of that region in \`storage.endpoint\``;
}

/** The failure when no answer came. The text of the error stays in the cause. */
export function failureOfConnection(thrown: unknown, { bucket, host }: Target): Failure {
  const cause = { cause: thrown };
  const refusal = thrown instanceof TunnelRefused ? egressRefusalOf(thrown) : undefined;
  if (refusal?.reason === "TargetNotAllowed")
    return new Failure("TargetNotAllowed", {
      message: `\`storage.endpoint\`: ${refusal.message}`,
      ...cause,
    });
  if (refusal?.reason === "NameNotResolved")
    return new Failure("BucketInvalid", {
      message: `The host name ${host} of your bucket '${bucket}' does not exist; check \`storage.endpoint\``,
      ...cause,
    });
  if (refusal?.reason === "EgressUnavailable" || refusal?.reason === "InternalError")
    return new Failure("EgressUnavailable", { message: refusal.message, ...cause });
  const certificate = certificateProblem(thrown);
  if (certificate !== undefined)
    return new Failure("BucketInvalid", {
      message: `The TLS certificate of ${host}, the service of your bucket '${bucket}', is not valid (${certificate})`,
      ...cause,
    });
  return new Failure("BucketUnavailable", {
    message: `The service of your bucket '${bucket}' at ${host} could not be reached, or did not answer in time`,
    ...cause,
  });
}

import type { CallSecrets, StorageKeys } from "../../api/messages/page-secrets.ts";
import type { JobStorage } from "../../api/kinds/storage-fields.ts";
import type { StorageACL, StorageClass } from "../../api/options/storage-classes.ts";
import { bucketEndpoint, bucketName } from "../../api/options/text-rules.ts";
import type { TargetRules } from "../../core/targets/address-policy.ts";
import {
  isSameBucket,
  problemOfEndpoint,
  withBucket,
  type OwnBucket,
} from "../../core/storage/own-bucket.ts";
import { ownBucketOf } from "../../core/storage/stored-object.ts";
import { TakeError } from "../../core/take/take-error.ts";
import type { KnownAccount } from "../accounts/account-directory.ts";
import { textProblem } from "./parse-option-value.ts";
import { valueAt, type SpecDraft } from "./spec-draft.ts";

/** What a call says about the bucket that its picture goes to, beside path and keys. */
export interface StorageOptions {
  bucket: string | undefined;
  endpoint: string | undefined;
  class: StorageClass | undefined;
  acl: StorageACL | undefined;
}

export interface StorageRules {
  operatorBucket: string;
  /** Whether buckets without TLS are allowed. */
  allowsHTTP: boolean;
  targets: TargetRules;
}

interface StorageCall {
  store: boolean;
  storage: StorageOptions;
  secrets: CallSecrets;
  spec: SpecDraft;
}

/**
 * `spec.storage` of the job of a call: the caller's bucket with the caller's keys, else the account's, else the operator's. Without keys of
 * its own a call may name no other bucket than the account's, whose keys it would use. Undefined if nothing is to be stored.
 *
 * @throws TakeError invalid_storage_configuration; request_not_valid for an address that may not be visited
 */
export function jobStorageOf(
  request: StorageCall,
  account: Pick<KnownAccount, "name" | "spec">,
  rules: StorageRules,
): JobStorage | undefined {
  if (!request.store) return undefined;
  const path = valueAt(request.spec, "storage.path");
  if (typeof path !== "string") throw new TypeError("a call to be stored has a path");
  const { storage: given } = request;
  const theirs = bucketOf(account);
  const details = {
    ...(given.class !== undefined && { class: given.class }),
    ...(given.acl !== undefined && { acl: given.acl }),
  };
  if (request.secrets.storageKeys !== undefined) {
    requireBoth(request.secrets.storageKeys);
    const own = callersBucket(given, theirs);
    checkEndpoint(own, nameOfEndpoint(given), rules);
    return { path, ...own, sealedKeys: true, ...details };
  }
  if (!isAccounts(given, theirs, rules.operatorBucket))
    throw invalid(
      `${given.bucket === undefined ? '"storage_endpoint"' : '"storage_bucket"'} names another bucket than the account's: give "storage_access_key_id" and "storage_secret_access_key" with it`,
    );
  if (theirs !== undefined) {
    checkEndpoint(theirs, nameOfEndpoint({ endpoint: undefined }), rules);
    return { path, ...theirs, accountName: account.name, ...details };
  }
  if (Object.keys(details).length > 0)
    throw invalid(
      '"storage_class" and "storage_acl" are for a bucket of your own: give "storage_bucket" and its keys',
    );
  return { path };
}

function bucketOf({ spec }: Pick<KnownAccount, "spec">): OwnBucket | undefined {
  return ownBucketOf(spec.storage);
}

function requireBoth({ accessKeyID, secretAccessKey }: Partial<StorageKeys>): void {
  if (accessKeyID !== undefined && secretAccessKey !== undefined) return;
  throw invalid(
    '"storage_access_key_id" and "storage_secret_access_key" are one key: give both, or neither for the account\'s',
  );
}

/** What a call with keys of its own leaves out is the account's. */
function callersBucket(given: StorageOptions, theirs: OwnBucket | undefined): OwnBucket {
  const bucket = given.bucket ?? theirs?.bucket;
  if (bucket === undefined)
    throw invalid('"storage_bucket" is required, since the account has no bucket of its own');
  const problem = problemOf("storage_bucket", bucketName, bucket);
  if (problem !== undefined) throw invalid(problem);
  const ofTheirs = theirs && withBucket(theirs, bucket);
  if (given.endpoint === undefined) return ofTheirs ?? { bucket };
  const wrong = problemOf("storage_endpoint", bucketEndpoint, given.endpoint);
  if (wrong !== undefined) throw invalid(wrong);
  const own = { bucket, endpoint: given.endpoint };
  // It may not tell its region.
  return ofTheirs !== undefined && isSameBucket(own, ofTheirs) ? { ...ofTheirs, ...own } : own;
}

/** What a call that names no endpoint is told is of the account. */
function nameOfEndpoint({ endpoint }: Pick<StorageOptions, "endpoint">): string {
  return endpoint === undefined ? "The account's storage endpoint" : '"storage_endpoint"';
}

function problemOf(
  name: string,
  shape: Parameters<typeof textProblem>[0],
  text: string,
): string | undefined {
  const problem = textProblem(shape, text);
  return problem === undefined ? undefined : `"${name}" ${problem}`;
}

/** Whether a call names nothing but the bucket that it would get anyway. */
function isAccounts(
  { bucket, endpoint }: StorageOptions,
  theirs: OwnBucket | undefined,
  operatorBucket: string,
): boolean {
  if (bucket !== undefined && bucket !== (theirs?.bucket ?? operatorBucket)) return false;
  if (endpoint === undefined) return true;
  return theirs !== undefined && isSameBucket({ bucket: theirs.bucket, endpoint }, theirs);
}

function checkEndpoint(own: OwnBucket, name: string, { allowsHTTP, targets }: StorageRules): void {
  const problem = problemOfEndpoint(own, { allowsHTTP, rules: targets });
  if (problem === undefined) return;
  const { reason } = problem;
  const message = problem.message.replace("`storage.endpoint`", name);
  if (reason === "BucketInvalid") throw invalid(message);
  throw new TakeError("request_not_valid", {
    message: `The request is not valid: ${message}`,
    reason,
  });
}

function invalid(message: string): TakeError {
  return new TakeError("invalid_storage_configuration", { message, reason: "BucketInvalid" });
}

import { Failure } from "../../api/reasons/failure.ts";
import type { Account, ScreenshotJob } from "../../api/kinds/resource-types.ts";
import type { JobStorage } from "../../api/kinds/storage-fields.ts";
import type { StorageKeys } from "../../api/messages/page-secrets.ts";
import { isSameBucket } from "../../core/storage/own-bucket.ts";
import { ownBucketOf } from "../../core/storage/stored-object.ts";
import type { JobProofs } from "../../core/tokens/job-proof.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import type { Secret } from "../../platform/kube/resources.ts";
import { storageKeysOf } from "../storage-keys.ts";
import { findUsableSecret, unusableSecretMessage } from "../usable-secrets.ts";
import type { SealedFieldReader } from "./sealed-field-reader.ts";

export interface OwnBucketKeyDependencies {
  accounts: ResourceClient<Account>;
  secrets: ResourceClient<Secret>;
  sealedFields: SealedFieldReader;
  accountsNamespace: string;
  /** Which account's call asked for the job. */
  proofs: JobProofs;
}

/**
 * Reads the keys of the bucket that a job names: of a Secret of its namespace, of the account whose call it is, or sealed in the job. They
 * are not kept.
 *
 * @throws Failure(BucketInvalid) when there are none, a Failure of the sealed field, or KubeError
 */
export async function readOwnBucketKeys(
  dependencies: OwnBucketKeyDependencies,
  job: ScreenshotJob,
  storage: JobStorage,
  signal: AbortSignal,
): Promise<StorageKeys> {
  const { accountName, credentialsSecretRef } = storage;
  if (accountName !== undefined) return await ofAccount(dependencies, job, accountName, signal);
  if (credentialsSecretRef === undefined) return await sealedIn(dependencies, job, signal);
  const name = { namespace: job.metadata.namespace, name: credentialsSecretRef.name };
  const secret = await findUsableSecret(dependencies.secrets, name, signal);
  if (secret === undefined)
    throw invalid(`\`storage.credentialsSecretRef\`: ${unusableSecretMessage(name)}`);
  return keysIn(secret, `The Secret '${name.name}' of \`storage.credentialsSecretRef\``);
}

async function sealedIn(
  { sealedFields }: OwnBucketKeyDependencies,
  job: ScreenshotJob,
  signal: AbortSignal,
): Promise<StorageKeys> {
  const isKeys = (field: string): boolean => field === "StorageKeys";
  const { storageKeys } = await sealedFields.open(job, isKeys, signal);
  const { accessKeyID, secretAccessKey } = storageKeys ?? {};
  if (accessKeyID === undefined || secretAccessKey === undefined)
    throw invalid("The job has no key for its own bucket");
  return { accessKeyID, secretAccessKey };
}

/** The account's key is for the account's bucket alone, whatever a job says. */
async function ofAccount(
  { accounts, secrets, accountsNamespace, proofs }: OwnBucketKeyDependencies,
  job: ScreenshotJob,
  name: string,
  signal: AbortSignal,
): Promise<StorageKeys> {
  if (proofs.authorOf(job) !== name)
    throw invalid(
      `The job was not created by a call of the Account '${name}', whose bucket is for its own calls only: name a Secret in \`storage.credentialsSecretRef\``,
    );
  const account = await accounts.find({ namespace: accountsNamespace, name }, { signal });
  const theirs = account?.spec.storage;
  const [named, own] = [ownBucketOf(job.spec.storage), ownBucketOf(theirs)];
  if (account?.spec.namespace !== job.metadata.namespace || !named || !own)
    throw invalid(`The Account '${name}' has no bucket of its own for this namespace any more`);
  if (!isSameBucket(named, own))
    throw invalid(`The bucket of the Account '${name}' has changed since the call: make it again`);
  const secretName = theirs?.credentialsSecretRef?.name ?? "";
  const secret = await secrets.find({ namespace: accountsNamespace, name: secretName }, { signal });
  return keysIn(secret, `The Secret of the Account's \`storage\``);
}

function keysIn(secret: Secret | undefined, what: string): StorageKeys {
  const found = storageKeysOf(secret);
  if ("problem" in found) throw invalid(`${what} ${found.problem}`);
  return found;
}

function invalid(message: string): Failure {
  return new Failure("BucketInvalid", { message });
}

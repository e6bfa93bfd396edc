import { labels } from "../../api/settings/keys.ts";
import type { Account, ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { isForbidden, isNotFound } from "../../platform/kube/kube-error.ts";
import type { ObjectName, ResourceClient } from "../../platform/kube/resource-client.ts";
import type { Secret } from "../../platform/kube/resources.ts";

/** What signs a webhook. The kinds differ in their headers. */
export type SigningKeys =
  /** Of an account: the present key and, during a rotation, the previous one. */
  | { kind: "Account"; secretKeys: readonly [string, ...string[]] }
  | { kind: "Secret"; secret: string }
  /** The sentence is for the job's condition: what is missing, never what is there. */
  | { kind: "Missing"; message: string };

export interface SigningKeyDependencies {
  accounts: ResourceClient<Account>;
  secrets: ResourceClient<Secret>;
  operatorNamespace: string;
}

/**
 * The keys that a job's webhook is signed with, read when they are needed and not kept. Of other namespaces only Secrets that say
 * they may be used by jobs are read: whoever may create a job must not learn of others by it.
 *
 * @throws KubeError when the API server cannot be asked
 */
export async function readSigningKeys(
  dependencies: SigningKeyDependencies,
  job: ScreenshotJob,
  signal: AbortSignal,
): Promise<SigningKeys> {
  const { accountName, signingSecretRef } = job.spec.webhook ?? {};
  const { namespace } = job.metadata;
  if (accountName !== undefined)
    return await ofAccount(dependencies, accountName, namespace, signal);
  if (signingSecretRef === undefined) return missing("The webhook names no key to sign with");

  const { name, key } = signingSecretRef;
  const secret = await readOrNothing(dependencies.secrets, { namespace, name }, signal);
  if (secret?.metadata.labels?.[labels.usableByJobs] !== "true")
    return missing(
      `No Secret '${name}' may be used by jobs of the namespace '${namespace}': create it with the label ${labels.usableByJobs}: "true", in a namespace whose Secrets Stills may read`,
    );
  const value = valueOf(secret, key);
  if (value === undefined) return missing(`The Secret '${name}' has no key '${key}'`);
  return { kind: "Secret", secret: value };
}

async function ofAccount(
  { accounts, secrets, operatorNamespace }: SigningKeyDependencies,
  name: string,
  jobNamespace: string,
  signal: AbortSignal,
): Promise<SigningKeys> {
  const account = await readOrNothing(accounts, { namespace: operatorNamespace, name }, signal);
  if (account?.spec.namespace !== jobNamespace)
    return missing(`No Account '${name}' has its jobs in the namespace '${jobNamespace}'`);
  const secret = await readOrNothing(
    secrets,
    { namespace: operatorNamespace, name: account.spec.credentialsSecretRef.name },
    signal,
  );
  const secretKey = valueOf(secret, "secretKey");
  if (secretKey === undefined)
    return missing(`The Account '${name}' has no secret key: its Secret or the key is missing`);
  const previous = valueOf(secret, "previousSecretKey");
  const secretKeys = previous === undefined ? ([secretKey] as const) : [secretKey, previous];
  return { kind: "Account", secretKeys: secretKeys as readonly [string, ...string[]] };
}

/** What may not be read is treated like what is not there. */
async function readOrNothing<T extends { metadata: object }>(
  client: { get(name: ObjectName, options: { signal: AbortSignal }): Promise<T> },
  name: ObjectName,
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    return await client.get(name, { signal });
  } catch (thrown) {
    if (isNotFound(thrown) || isForbidden(thrown)) return undefined;
    throw thrown;
  }
}

/** An empty text signs nothing that could be relied on. */
function valueOf(secret: Secret | undefined, key: string): string | undefined {
  const encoded = secret?.data?.[key];
  const value = encoded === undefined ? "" : Buffer.from(encoded, "base64").toString();
  return value === "" ? undefined : value;
}

function missing(message: string): SigningKeys {
  return { kind: "Missing", message };
}

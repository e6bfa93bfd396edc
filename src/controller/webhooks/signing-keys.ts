import type { JobProofs } from "../../core/tokens/job-proof.ts";
import type { Account, ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { credentialsOf } from "../../core/accounts/credentials.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import type { Secret } from "../../platform/kube/resources.ts";
import { findUsableSecret, secretValue, unusableSecretMessage } from "../usable-secrets.ts";

/** The keys that sign a webhook; the kinds have different headers. */
export type SigningKeys =
  /** The key of an account and, during a rotation, the previous one. */
  | { kind: "Account"; secretKeys: readonly [string, ...string[]] }
  | { kind: "Secret"; secret: string }
  /** The message is for the job's condition: it says what is missing, never what exists. */
  | { kind: "Missing"; message: string }
  /** The same, and no key that is created later would sign. */
  | { kind: "Refused"; message: string };

export interface SigningKeyDependencies {
  accounts: ResourceClient<Account>;
  secrets: ResourceClient<Secret>;
  accountsNamespace: string;
  /** Which account's call asked for the job. */
  proofs: JobProofs;
}

/**
 * Reads the keys that sign the webhook of a job. They are not kept.
 *
 * @throws KubeError when the API server cannot be read, or accounts and their Secrets may not be
 */
export async function readSigningKeys(
  dependencies: SigningKeyDependencies,
  job: ScreenshotJob,
  signal: AbortSignal,
): Promise<SigningKeys> {
  const { accountName, signingSecretRef } = job.spec.webhook ?? {};
  const { namespace } = job.metadata;
  if (accountName !== undefined)
    return dependencies.proofs.authorOf(job) === accountName
      ? await ofAccount(dependencies, accountName, namespace, signal)
      : {
          kind: "Refused",
          message: `The job was not created by a call of the Account '${accountName}', whose key signs webhooks of its own calls only: name a Secret in \`signingSecretRef\``,
        };
  if (signingSecretRef === undefined) return missing("The webhook names no signing key");

  const { name, key } = signingSecretRef;
  const secret = await findUsableSecret(dependencies.secrets, { namespace, name }, signal);
  if (secret === undefined) return missing(unusableSecretMessage({ namespace, name }));
  const value = secretValue(secret, key);
  if (value === undefined) return missing(`The Secret '${name}' has no key '${key}'`);
  return { kind: "Secret", secret: value };
}

async function ofAccount(
  { accounts, secrets, accountsNamespace }: SigningKeyDependencies,
  name: string,
  jobNamespace: string,
  signal: AbortSignal,
): Promise<SigningKeys> {
  const account = await accounts.find({ namespace: accountsNamespace, name }, { signal });
  if (account?.spec.namespace !== jobNamespace)
    return missing(`No Account '${name}' has its jobs in the namespace '${jobNamespace}'`);
  const secret = await secrets.find(
    { namespace: accountsNamespace, name: account.spec.credentialsSecretRef.name },
    { signal },
  );
  const [secretKey, ...previous] = credentialsOf(secret?.data).secretKeys;
  if (secretKey === undefined)
    return missing(
      `The Account '${name}' has no secret key: its Secret or the key is missing, or the key is empty`,
    );
  return { kind: "Account", secretKeys: [secretKey, ...previous] };
}

function missing(message: string): SigningKeys {
  return { kind: "Missing", message };
}

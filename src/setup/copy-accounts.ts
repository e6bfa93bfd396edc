import type { Account } from "../api/kinds/resource-types.ts";
import { apiVersion } from "../api/settings/kubernetes-names.ts";
import type { SetupSettings } from "../api/settings/setup-settings.ts";
import { isAlreadyExists } from "../platform/kube/kube-error.ts";
import type { ResourceClient } from "../platform/kube/resource-client.ts";
import type { Secret } from "../platform/kube/resources.ts";
import type { Logger } from "../platform/process/logger.ts";
import { metadataOfCopy, secretNamesOf } from "./account-move-plan.ts";

export interface AccountMoveDependencies {
  accounts: ResourceClient<Account>;
  secrets: ResourceClient<Secret>;
  settings: SetupSettings;
  log: Logger;
  signal: AbortSignal;
}

/** Helm takes away what a chart no longer has, while gateways of the version before still need it. */
const keptByHelm = { metadata: { annotations: { "helm.sh/resource-policy": "keep" } } };

/**
 * Copies the accounts that an earlier version has in the operator's namespace, their usage and the Secrets that they name, to the namespace of
 * accounts, and the keys that an installation has made. What is there already is left alone, so that it may be repeated and interrupted. The
 * originals stay for the gateways that still run.
 * @returns the originals
 * @throws KubeError
 */
export async function copyAccounts(dependencies: AccountMoveDependencies): Promise<Account[]> {
  const { accounts, settings, log, signal } = dependencies;
  const { namespace, accountsNamespace, fullname } = settings;
  const originals: Account[] = [];
  for await (const account of accounts.listAll({ namespace, signal })) originals.push(account);
  const made = settings.accounts.map((name) => `${fullname}-account-${name}`);
  // Secrets first: an account without its keys is refused.
  for (const name of new Set([...made, ...originals.flatMap(secretNamesOf)]))
    await copySecret(dependencies, name);
  for (const account of originals) {
    const { name } = account.metadata;
    if (await copyAccount(dependencies, account))
      log.info({ account: name, namespace: accountsNamespace }, "Copied Account");
    await accounts.mergePatch({ namespace, name }, keptByHelm, { signal });
  }
  return originals;
}

async function copySecret(
  { secrets, settings, log, signal }: AccountMoveDependencies,
  name: string,
): Promise<void> {
  const { namespace, accountsNamespace } = settings;
  const original = await secrets.find({ namespace, name }, { signal });
  if (original === undefined) return;
  const { type = "Opaque", data = {} } = original;
  const metadata = metadataOfCopy(original, accountsNamespace);
  try {
    await secrets.create({ metadata, type, data }, { signal });
    log.info({ secretName: name, namespace: accountsNamespace }, "Copied Secret of an Account");
  } catch (thrown) {
    if (!isAlreadyExists(thrown)) throw thrown;
  }
}

/** Returns whether the copy is new. */
async function copyAccount(
  { accounts, settings, signal }: AccountMoveDependencies,
  original: Account,
): Promise<boolean> {
  const metadata = metadataOfCopy(original, settings.accountsNamespace);
  const { spec } = original;
  try {
    const copy = await accounts.create({ apiVersion, metadata, spec }, { signal });
    await copyUsage(accounts, original, copy, signal);
    return true;
  } catch (thrown) {
    if (!isAlreadyExists(thrown)) throw thrown;
    // Interrupted between the two writes, or made by hand before.
    await copyUsage(accounts, original, await accounts.get(metadata, { signal }), signal);
    return false;
  }
}

/** The rest of the status is about where the account is. */
async function copyUsage(
  accounts: ResourceClient<Account>,
  original: Account,
  copy: Account,
  signal: AbortSignal,
): Promise<void> {
  const usage = original.status?.usage;
  if (usage === undefined || copy.status?.usage !== undefined) return;
  const { namespace, name, resourceVersion } = copy.metadata;
  await accounts.patchStatus({ namespace, name }, resourceVersion, { usage }, { signal });
}

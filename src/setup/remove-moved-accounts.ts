import { isNotFound } from "../platform/kube/kube-error.ts";
import type { ResourceClient } from "../platform/kube/resource-client.ts";
import type { Deployment } from "../platform/kube/resources.ts";
import type { Clock } from "../platform/process/clock.ts";
import { isRolledOut, reasonToKeep } from "./account-move-plan.ts";
import { copyAccounts } from "./copy-accounts.ts";
import type { AccountMoveDependencies } from "./copy-accounts.ts";

interface RemovalDependencies extends AccountMoveDependencies {
  deployments: ResourceClient<Deployment>;
  clock: Clock;
}

const pauseMilliseconds = 1_000;
/** Less than the limit of the whole task. */
const rolloutSeconds = 150;

/**
 * Ends the move that `copyAccounts` began, after an upgrade: waits until no gateway or controller of the version before is left, copies what
 * came meanwhile, and deletes the originals. Keys of buckets stay, since they may be anybody's.
 * @throws Error if pods of the version before are still there after 150 seconds; nothing is deleted then
 * @throws KubeError
 */
export async function removeMovedAccounts(dependencies: RemovalDependencies): Promise<void> {
  const { accounts, settings, log, signal } = dependencies;
  const { namespace } = settings;
  if ((await accounts.list({ namespace, limit: 1, signal })).items.length === 0) return;
  await waitForRollout(dependencies);
  for (const { metadata, spec } of await copyAccounts(dependencies)) {
    const { name, uid } = metadata;
    // In this order: without its Account nothing would lead to a Secret that was left.
    await removeSecret(dependencies, spec.credentialsSecretRef.name);
    await unlessGone(() => accounts.delete({ namespace, name }, { uid, signal }));
    log.info({ account: name, namespace: settings.accountsNamespace }, "Moved Account");
  }
}

async function waitForRollout(dependencies: RemovalDependencies): Promise<void> {
  const { deployments, settings, clock, log, signal } = dependencies;
  const { namespace, fullname, gatewayLeaveSeconds } = settings;
  let isWaiting = false;
  const end = clock.monotonicMilliseconds() + rolloutSeconds * 1000;
  for (const name of [`${fullname}-controller`, `${fullname}-gateway`])
    for (;;) {
      const deployment = await deployments.get({ namespace, name }, { signal });
      if (isRolledOut(deployment)) break;
      if (!isWaiting) log.info({ deployment: name }, "Waiting for pods of the version before");
      isWaiting = true;
      if (clock.monotonicMilliseconds() > end)
        throw new Error(
          `The Deployment ${name} still has pods of the version before, which need the Accounts in the namespace ${namespace}; repeat the upgrade when it is rolled out`,
        );
      await clock.sleep(pauseMilliseconds, signal);
    }
  log.info({ seconds: gatewayLeaveSeconds }, "Waiting for gateways that accept their last calls");
  await clock.sleep(gatewayLeaveSeconds * 1000, signal);
}

async function removeSecret(
  { secrets, settings, log, signal }: RemovalDependencies,
  name: string,
): Promise<void> {
  const { namespace, accountsNamespace } = settings;
  const original = await secrets.find({ namespace, name }, { signal });
  if (original === undefined) return;
  const copy = await secrets.find({ namespace: accountsNamespace, name }, { signal });
  const reason = reasonToKeep(original, copy);
  if (reason !== undefined) {
    log.warn({ secretName: name, reason }, "The Secret of a moved Account stays");
    return;
  }
  const { uid, resourceVersion } = original.metadata;
  const only = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
  await unlessGone(() => secrets.delete({ namespace, name }, { ...only, signal }));
}

async function unlessGone(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}

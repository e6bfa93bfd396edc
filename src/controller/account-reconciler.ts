import type { BrowserPool } from "../api/v1alpha1.ts";
import type { AccountSight } from "../core/account-readiness.ts";
import { accountReadiness } from "../core/account-readiness.ts";
import { sameConditions, withCondition } from "../core/conditions.ts";
import { isNotFound } from "../platform/kube/kube-failure.ts";
import type { ObjectKey } from "../platform/kube/object-key.ts";
import type { Reflector } from "../platform/kube/reflector.ts";
import type { ObjectName, ResourceClient } from "../platform/kube/resource-client.ts";
import type { Namespace, Secret } from "../platform/kube/resources.ts";
import type { WorkOutcome } from "../platform/kube/work-queue.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";
import { PoolDirectory } from "./pool-directory.ts";
import type { PoolRecord } from "./pool-directory.ts";
import type { AccountRecord, WatchedAccounts } from "./watched-accounts.ts";

export interface AccountReconcilerParts {
  accounts: WatchedAccounts;
  pools: Reflector<BrowserPool, PoolRecord>;
  secrets: ResourceClient<Secret>;
  namespaces: ResourceClient<Namespace>;
  operatorNamespace: string;
  clock: Clock;
  log: Logger;
}

/** Secrets and namespaces are not watched: of these the controller may read one by name, and no more. */
const lookAgainMilliseconds = 60_000;
/** Somebody is mending it and wants to see that it helped. */
const lookAgainSoonMilliseconds = 5_000;

/** Tells in an account's status whether calls with its keys lead to pictures. Only the leader has one. */
export class AccountReconciler {
  readonly #parts: AccountReconcilerParts;
  readonly #directory: PoolDirectory;

  constructor(parts: AccountReconcilerParts) {
    this.#parts = parts;
    this.#directory = new PoolDirectory(parts.pools, parts.operatorNamespace);
  }

  async reconcile(key: ObjectKey, signal: AbortSignal): Promise<WorkOutcome> {
    const { accounts, clock } = this.#parts;
    const record = accounts.watch.get(key);
    if (record === undefined) return {};
    const readiness = accountReadiness(await this.#see(record, signal));
    const condition = { type: "Ready", observedGeneration: record.generation, ...readiness };
    const conditions = withCondition(record.conditions, condition, clock.now());
    const requeueAfterMilliseconds =
      readiness.status === "True" || readiness.reason === "Suspended"
        ? lookAgainMilliseconds
        : lookAgainSoonMilliseconds;
    if (sameConditions(conditions, record.conditions)) return { requeueAfterMilliseconds };
    const status = { observedGeneration: record.generation, conditions };
    const written = await accounts.writer.write(record, record.resourceVersion, status, signal);
    if (written.kind === "Conflict") return { requeueAfterMilliseconds: lookAgainSoonMilliseconds };
    if (written.kind === "Refused")
      this.#parts.log.error(
        { account: record.name, cause: written.message },
        "The API server refused the status of an Account; its CRD does not fit this controller",
      );
    return { requeueAfterMilliseconds };
  }

  async #see({ spec, namespace }: AccountRecord, signal: AbortSignal): Promise<AccountSight> {
    const { secrets, namespaces } = this.#parts;
    const name = spec.credentialsSecretRef.name;
    const [secret, place] = await Promise.all([
      readOrNothing(secrets, { namespace, name }, signal),
      readOrNothing(namespaces, { name: spec.namespace }, signal),
    ]);
    const data = Object.entries(secret?.data ?? {});
    return {
      spec,
      secretKeys: secret && data.filter(([, value]) => value !== "").map(([key]) => key),
      namespace: phaseOf(place),
      pool: this.#directory.admission(spec.poolName, spec.namespace),
    };
  }
}

function phaseOf(namespace: Namespace | undefined): AccountSight["namespace"] {
  if (namespace === undefined) return "Missing";
  return namespace.status?.phase === "Terminating" ? "Terminating" : "Active";
}

async function readOrNothing<T extends { metadata: object }>(
  client: { get(name: ObjectName, options: { signal: AbortSignal }): Promise<T> },
  name: ObjectName,
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    return await client.get(name, { signal });
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

import type { Account } from "../../api/kinds/resource-types.ts";
import type { ObservedAccount } from "./account-readiness-policy.ts";
import { credentialsOf } from "../../core/accounts/credentials.ts";
import { accountReadiness } from "./account-readiness-policy.ts";
import { sameConditions, withCondition } from "../conditions.ts";
import { storageKeysOf } from "../storage-keys.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";
import type { ObjectName } from "../../platform/kube/kube-object.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import type { Namespace, Secret } from "../../platform/kube/resources.ts";
import type { StatusWriter } from "../../platform/kube/status-writer.ts";
import type { WorkOutcome } from "../../platform/kube/work-queue.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { PoolDirectory } from "../pools/pool-directory.ts";
import { accountCheckPause } from "./account-check-schedule.ts";
import type { AccountCache } from "./account-cache.ts";
import type { AccountRecord } from "./account-record.ts";

interface AccountReconcilerDependencies {
  accounts: AccountCache;
  statusWriter: StatusWriter<Account>;
  pools: PoolDirectory;
  secrets: ResourceClient<Secret>;
  namespaces: ResourceClient<Namespace>;
  clock: Clock;
  log: Logger;
}

const conflictPauseMilliseconds = 1_000;

/** Reconciles an Account: its condition Ready. Leader only. */
export class AccountReconciler {
  readonly #dependencies: AccountReconcilerDependencies;

  constructor(dependencies: AccountReconcilerDependencies) {
    this.#dependencies = dependencies;
  }

  async reconcile(key: ObjectKey, signal: AbortSignal): Promise<WorkOutcome> {
    const { accounts, statusWriter, clock } = this.#dependencies;
    const record = accounts.get(key);
    if (record === undefined) return {};
    const readiness = accountReadiness(await this.#observe(record, signal));
    const condition = { type: "Ready", observedGeneration: record.generation, ...readiness };
    const conditions = withCondition(record.conditions, condition, clock.now());
    const hasProblem = readiness.status !== "True" && readiness.reason !== "Suspended";
    const requeueAfterMilliseconds = accountCheckPause(hasProblem, accounts.size);
    if (sameConditions(conditions, record.conditions)) return { requeueAfterMilliseconds };
    const status = { observedGeneration: record.generation, conditions };
    const written = await statusWriter.write(record, record.resourceVersion, status, signal);
    if (written.kind === "Conflict") return { requeueAfterMilliseconds: conflictPauseMilliseconds };
    if (written.kind === "Refused")
      this.#dependencies.log.error(
        { account: record.name, cause: written.message },
        "The API server refused the status of an Account; its CRD does not fit this controller",
      );
    return { requeueAfterMilliseconds };
  }

  async #observe(
    { spec, namespace }: AccountRecord,
    signal: AbortSignal,
  ): Promise<ObservedAccount> {
    const { pools, secrets, namespaces } = this.#dependencies;
    const name = spec.credentialsSecretRef.name;
    const storageSecret = spec.storage?.credentialsSecretRef;
    const [secret, storageProblem, jobNamespace] = await Promise.all([
      secrets.find({ namespace, name }, { signal }),
      storageSecret && problemOfKeys(secrets, { namespace, name: storageSecret.name }, signal),
      namespaces.find({ name: spec.namespace }, { signal }),
    ]);
    return {
      spec,
      storageProblem,
      secret: secret === undefined ? "Missing" : { problem: credentialsOf(secret.data).problem },
      namespace: phaseOf(jobNamespace),
      pool: pools.admission(spec.poolName, spec.namespace),
    };
  }
}

async function problemOfKeys(
  secrets: ResourceClient<Secret>,
  name: ObjectName,
  signal: AbortSignal,
): Promise<string | undefined> {
  const keys = storageKeysOf(await secrets.find(name, { signal }));
  return "problem" in keys ? keys.problem : undefined;
}

function phaseOf(namespace: Namespace | undefined): ObservedAccount["namespace"] {
  if (namespace === undefined) return "Missing";
  return namespace.status?.phase === "Terminating" ? "Terminating" : "Active";
}

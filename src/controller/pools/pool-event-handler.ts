import { keyOf, nameOfKey } from "../../platform/kube/object-key.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";
import type { AccountCache } from "../accounts/account-cache.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import { isFinished } from "../jobs/job-record.ts";
import type { RequeuePort } from "../requeue-port.ts";
import { SpecChanges } from "../spec-changes.ts";
import type { DeploymentRecord } from "./deployment-record.ts";
import type { PoolCache } from "./pool-cache.ts";
import type { PoolRecord } from "./pool-record.ts";

interface PoolEventHandlerDependencies {
  pools: PoolCache;
  jobs: JobCache;
  accounts: AccountCache;
  jobQueue: RequeuePort;
  poolQueue: RequeuePort;
  accountQueue: RequeuePort;
}

/** Requeues what a changed pool or Deployment concerns. */
export class PoolEventHandler {
  readonly #dependencies: PoolEventHandlerDependencies;
  readonly #specChanges = new SpecChanges();

  constructor(dependencies: PoolEventHandlerDependencies) {
    this.#dependencies = dependencies;
  }

  poolChanged(key: ObjectKey, change: { kind: "Set" | "Deleted"; record: PoolRecord }): void {
    const { jobs, accounts, jobQueue, poolQueue, accountQueue } = this.#dependencies;
    if (!this.#specChanges.isNew(key, change)) return;
    poolQueue.add(key);
    for (const [account, { spec }] of accounts.entries())
      if (spec.poolName === change.record.name) accountQueue.add(account);
    // The pool may admit their namespace now, or no longer.
    for (const job of jobs.records())
      if (job.pool === change.record.name && !isFinished(job)) jobQueue.add(keyOf(job));
  }

  deploymentChanged(key: ObjectKey, { pool }: DeploymentRecord): void {
    const { pools, poolQueue } = this.#dependencies;
    if (pool === undefined) return;
    const poolKey = keyOf({ ...nameOfKey(key), name: pool });
    if (pools.get(poolKey) !== undefined) poolQueue.add(poolKey);
  }
}

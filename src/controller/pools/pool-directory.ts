import type { BrowserPool, BrowserPoolSpec, Condition } from "../../api/kinds/resource-types.ts";
import type { ObservedJob } from "../jobs/job-plan.ts";
import type { Reflector } from "../../platform/kube/reflector.ts";

/** What the controller remembers of a pool. */
export interface PoolRecord {
  uid: string;
  namespace: string;
  name: string;
  resourceVersion: string;
  generation: number;
  deleting: boolean;
  /** Undefined: all. */
  allowedNamespaces: readonly string[] | undefined;
  spec: BrowserPoolSpec;
  status: {
    replicas: number | undefined;
    readyReplicas: number | undefined;
    selector: string | undefined;
    slots: number | undefined;
    busySlots: number | undefined;
    queuedJobs: number | undefined;
    oldestQueuedSeconds: number | undefined;
  };
  conditions: readonly Condition[];
}

export function projectPool(pool: BrowserPool): PoolRecord {
  const { metadata, spec, status } = pool;
  return {
    uid: metadata.uid,
    namespace: metadata.namespace,
    name: metadata.name,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation,
    deleting: metadata.deletionTimestamp !== undefined,
    allowedNamespaces: spec.allowedNamespaces,
    spec,
    status: {
      replicas: status?.replicas,
      readyReplicas: status?.readyReplicas,
      selector: status?.selector,
      slots: status?.slots,
      busySlots: status?.busySlots,
      queuedJobs: status?.queuedJobs,
      oldestQueuedSeconds: status?.oldestQueuedSeconds,
    },
    conditions: status?.conditions ?? [],
  };
}

/** The pools of the operator's namespace. */
export class PoolDirectory {
  readonly #pools: Reflector<BrowserPool, PoolRecord>;
  readonly #namespace: string;

  constructor(pools: Reflector<BrowserPool, PoolRecord>, operatorNamespace: string) {
    this.#pools = pools;
    this.#namespace = operatorNamespace;
  }

  admission(pool: string, namespace: string): ObservedJob["pool"] {
    const record = this.#pools.get(`${this.#namespace}/${pool}`);
    if (record === undefined) return "Missing";
    const { allowedNamespaces } = record;
    if (allowedNamespaces === undefined || allowedNamespaces.includes(namespace)) return "Usable";
    return "NamespaceNotAllowed";
  }

  /** The reason of the pool's condition `Ready` while that is False. */
  problem(pool: string): string | undefined {
    const record = this.#pools.get(`${this.#namespace}/${pool}`);
    return record?.conditions.find(({ type, status }) => type === "Ready" && status === "False")
      ?.reason;
  }
}

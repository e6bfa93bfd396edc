import type { BrowserPool, BrowserPoolSpec, Condition } from "../../api/kinds/resource-types.ts";

/** What the controller keeps in memory of a pool. */
export interface PoolRecord {
  uid: string;
  namespace: string;
  name: string;
  resourceVersion: string;
  generation: number;
  deleting: boolean;
  /** Undefined when all are allowed. */
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

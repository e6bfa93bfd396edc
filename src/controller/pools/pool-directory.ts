import type { PoolAdmission } from "./pool-admission.ts";
import type { PoolCache } from "./pool-cache.ts";
import type { PoolRecord } from "./pool-record.ts";

/** Looks up what jobs and accounts have to know of their pool. */
export class PoolDirectory {
  readonly #pools: PoolCache;
  readonly #namespace: string;

  constructor({ pools, operatorNamespace }: { pools: PoolCache; operatorNamespace: string }) {
    this.#pools = pools;
    this.#namespace = operatorNamespace;
  }

  admission(pool: string, namespace: string): PoolAdmission {
    const record = this.#get(pool);
    if (record === undefined) return "Missing";
    const { allowedNamespaces } = record;
    if (allowedNamespaces === undefined || allowedNamespaces.includes(namespace)) return "Usable";
    return "NamespaceNotAllowed";
  }

  /** The reason of the pool's condition `Ready` while that is False. */
  problem(pool: string): string | undefined {
    const ready = this.#get(pool)?.conditions.find(({ type }) => type === "Ready");
    return ready?.status === "False" ? ready.reason : undefined;
  }

  #get(pool: string): PoolRecord | undefined {
    return this.#pools.get(`${this.#namespace}/${pool}`);
  }
}

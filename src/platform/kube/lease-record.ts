import { isAlreadyExists, isConflict, isNotFound } from "./kube-error.ts";
import type { ResourceClient } from "./resource-client.ts";
import type { Lease } from "./resources.ts";

interface LeaseHolder {
  namespace: string;
  leaseName: string;
  identity: string;
  leaseDurationSeconds: number;
}

export interface LeaseCall {
  /** Epoch milliseconds, for the times that people read in the Lease. */
  nowMilliseconds: number;
  timeoutMilliseconds: number;
  signal?: AbortSignal | undefined;
}

/**
 * The Lease as one candidate sees it. Whether it has expired depends on when a change was last seen here, on the monotonic clock,
 * never on the times written in it: clocks of machines differ.
 */
export class LeaseRecord {
  readonly #client: ResourceClient<Lease>;
  readonly #holder: LeaseHolder;
  #seen: Lease | undefined;
  #seenSpec = "";
  #changedAtMilliseconds = 0;

  constructor(client: ResourceClient<Lease>, holder: LeaseHolder) {
    this.#client = client;
    this.#holder = holder;
  }

  /** The holder as last read; undefined: not held. */
  get holderIdentity(): string | undefined {
    const identity = this.#seen?.spec?.holderIdentity;
    return identity === null || identity === "" ? undefined : identity;
  }

  /**
   * Acquires or renews the lease if that is allowed; false if another holds it or was faster. The monotonic time must be from
   * before the call: a lease counts from when its renewal was sent. @throws KubeError
   */
  async tryToHold(monotonicMilliseconds: number, call: LeaseCall): Promise<boolean> {
    const isOurs = this.holderIdentity === this.#holder.identity;
    // The holder knows what it wrote; a conflict shows that this is out of date.
    if (!isOurs) await this.#read(monotonicMilliseconds, call);
    if (this.#isHeldByOther(monotonicMilliseconds)) return false;
    if (await this.#tryToWrite(monotonicMilliseconds, call)) return true;
    // Changed by another, deleted, or changed by a write of ours whose answer was lost: once more with the current lease.
    await this.#read(monotonicMilliseconds, call);
    if (this.#isHeldByOther(monotonicMilliseconds)) return false;
    return await this.#tryToWrite(monotonicMilliseconds, call);
  }

  /** Reads the lease, and returns whether a candidate could acquire it. @throws KubeError */
  async isFree(monotonicMilliseconds: number, call: LeaseCall): Promise<boolean> {
    await this.#read(monotonicMilliseconds, call);
    return !this.#isHeldByOther(monotonicMilliseconds);
  }

  /** Releases the lease, so that the next holder need not wait for its expiry. */
  async release(call: LeaseCall): Promise<void> {
    if (this.#seen === undefined || this.holderIdentity !== this.#holder.identity) return;
    const now = microTime(call.nowMilliseconds);
    const spec = {
      ...this.#seen.spec,
      holderIdentity: "",
      leaseDurationSeconds: 1,
      acquireTime: now,
      renewTime: now,
    };
    await this.#write({ ...this.#seen, spec }, 0, call);
  }

  /** False: the lease is not as last seen. */
  async #tryToWrite(monotonicMilliseconds: number, call: LeaseCall): Promise<boolean> {
    try {
      await this.#write(this.#claim(call.nowMilliseconds), monotonicMilliseconds, call);
      return true;
    } catch (thrown) {
      if (isConflict(thrown) || isAlreadyExists(thrown) || isNotFound(thrown)) return false;
      throw thrown;
    }
  }

  #isHeldByOther(monotonicMilliseconds: number): boolean {
    if (this.holderIdentity === undefined || this.holderIdentity === this.#holder.identity)
      return false;
    const seconds = this.#seen?.spec?.leaseDurationSeconds ?? this.#holder.leaseDurationSeconds;
    return monotonicMilliseconds < this.#changedAtMilliseconds + seconds * 1000;
  }

  #claim(nowMilliseconds: number): Lease {
    const { namespace, leaseName, identity, leaseDurationSeconds } = this.#holder;
    const before = this.#seen?.spec;
    const isOurs = this.holderIdentity === identity;
    const now = microTime(nowMilliseconds);
    const transitions = before?.leaseTransitions ?? 0;
    return {
      ...this.#seen,
      metadata: this.#seen?.metadata ?? { namespace, name: leaseName },
      spec: {
        ...before,
        holderIdentity: identity,
        leaseDurationSeconds,
        acquireTime: isOurs ? (before?.acquireTime ?? now) : now,
        renewTime: now,
        leaseTransitions: isOurs || this.#seen === undefined ? transitions : transitions + 1,
      },
    };
  }

  async #read(monotonicMilliseconds: number, call: LeaseCall): Promise<void> {
    const { namespace, leaseName } = this.#holder;
    const { timeoutMilliseconds, signal } = call;
    const lease = await this.#client.find(
      { namespace, name: leaseName },
      { timeoutMilliseconds, signal },
    );
    if (lease !== undefined) return this.#note(lease, monotonicMilliseconds);
    this.#seen = undefined;
    this.#seenSpec = "";
  }

  /** Replaces the lease, guarded by resourceVersion, or creates it. */
  async #write(lease: Lease, monotonicMilliseconds: number, call: LeaseCall): Promise<void> {
    const { timeoutMilliseconds, signal } = call;
    const options = { timeoutMilliseconds, signal };
    const written =
      lease.metadata.resourceVersion === undefined
        ? await this.#client.create(lease, options)
        : await this.#client.replace(lease, options);
    this.#note(written, monotonicMilliseconds);
  }

  #note(lease: Lease, monotonicMilliseconds: number): void {
    const spec = JSON.stringify(lease.spec);
    if (this.#seen === undefined || spec !== this.#seenSpec)
      this.#changedAtMilliseconds = monotonicMilliseconds;
    this.#seen = lease;
    this.#seenSpec = spec;
  }
}

/** MicroTime of Kubernetes: RFC 3339 with six decimals. */
export function microTime(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString().replace("Z", "000Z");
}

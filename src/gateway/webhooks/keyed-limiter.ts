interface KeyedLimits {
  /** Bounds the share of a host that does not answer. */
  perHost: number;
  /** Bounds the share of a namespace with many such hosts. */
  perNamespace: number;
}

/** Limits concurrent work per host and per namespace, so that none can use up the total. */
export class KeyedLimiter {
  readonly #limits: KeyedLimits;
  readonly #counts = new Map<string, number>();

  constructor(limits: KeyedLimits) {
    this.#limits = limits;
  }

  /** A permit, released when it is disposed of; undefined if the host or the namespace has reached its limit. */
  tryAcquire(host: string, namespace: string): Disposable | undefined {
    const keys = [`host ${host}`, `namespace ${namespace}`] as const;
    const { perHost, perNamespace } = this.#limits;
    if (this.#count(keys[0]) >= perHost || this.#count(keys[1]) >= perNamespace) return undefined;
    for (const key of keys) this.#counts.set(key, this.#count(key) + 1);
    return { [Symbol.dispose]: () => this.#release(keys) };
  }

  #count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  #release(keys: readonly string[]): void {
    for (const key of keys) {
      const left = this.#count(key) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    }
  }
}

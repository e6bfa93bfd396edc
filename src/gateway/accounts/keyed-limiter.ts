export interface CrowdLimits {
  /** So many of one receiver at a time: a dead one holds these places, not all. */
  perHost: number;
  /** And of one namespace, whose receivers may all be dead. */
  perNamespace: number;
}

/** Counts what is under way for whom, so that nobody takes all places. */
export class KeyedLimiter {
  readonly #limits: CrowdLimits;
  readonly #counts = new Map<string, number>();

  constructor(limits: CrowdLimits) {
    this.#limits = limits;
  }

  /** A place, given back when it is disposed of; undefined when the host or the namespace has all it may. */
  enter(host: string, namespace: string): Disposable | undefined {
    const keys = [`host ${host}`, `namespace ${namespace}`] as const;
    const { perHost, perNamespace } = this.#limits;
    if (this.#count(keys[0]) >= perHost || this.#count(keys[1]) >= perNamespace) return undefined;
    for (const key of keys) this.#counts.set(key, this.#count(key) + 1);
    return { [Symbol.dispose]: () => this.#leave(keys) };
  }

  #count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  #leave(keys: readonly string[]): void {
    for (const key of keys) {
      const left = this.#count(key) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    }
  }
}

interface Waiting {
  readonly wanted: number;
  readonly proceed: () => void;
}

/** Bounds how much goes on at the same time, in pieces of work or in bytes; what finds no room waits its turn, first in, first out. */
export class Semaphore {
  readonly #permits: number;
  #free: number;
  readonly #waiting = new Set<Waiting>();

  constructor(permits: number) {
    this.#permits = permits;
    this.#free = permits;
  }

  /**
   * Resolves with the permits, which are released when they are disposed of; rejects with the signal's reason. More than there are
   * count as all of them.
   */
  async acquire(signal: AbortSignal, permits = 1): Promise<Disposable> {
    signal.throwIfAborted();
    const wanted = Math.min(permits, this.#permits);
    if (this.#waiting.size === 0 && wanted <= this.#free) this.#free -= wanted;
    else await this.#turn(wanted, signal);
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (held) this.#release(wanted);
        held = false;
      },
    };
  }

  async #turn(wanted: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { wanted, proceed: resolve };
    const abandon = (): void => {
      this.#waiting.delete(waiting);
      reject(signal.reason as Error);
      // It may have been the one that the others waited behind.
      this.#admit();
    };
    this.#waiting.add(waiting);
    signal.addEventListener("abort", abandon, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", abandon);
    }
  }

  #release(permits: number): void {
    this.#free += permits;
    this.#admit();
  }

  #admit(): void {
    for (const next of this.#waiting) {
      if (next.wanted > this.#free) return;
      this.#waiting.delete(next);
      this.#free -= next.wanted;
      next.proceed();
    }
  }
}

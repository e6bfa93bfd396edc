import { LinkedList } from "./linked-list.ts";

interface Waiting {
  admit: () => void;
}

interface Line {
  readonly waiting: LinkedList<Waiting>;
  held: number;
}

/** How much work may go on at the same time, and how much of it for one namespace. */
interface Limits {
  permits: number;
  permitsPerNamespace: number;
}

/**
 * Bounds work of many namespaces: each has at most its share of the permits, and namespaces that wait take turns. So one whose work is
 * slow leaves permits for the others.
 */
export class SharedPermits {
  readonly #limits: Limits;
  /** Of namespaces with work that goes on or waits; those that wait in the order of their turns. */
  readonly #lines = new Map<string, Line>();
  #held = 0;
  #waiting = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** How many wait for a permit. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves with a permit, which is given back when it is disposed of; rejects with the signal's reason. */
  async acquire(namespace: string, signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    const line = this.#lineOf(namespace);
    if (line.waiting.size === 0 && this.#isFree(line)) this.#hold(line);
    else await this.#turn(namespace, line, signal);
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (isHeld) this.#release(namespace, line);
        isHeld = false;
      },
    };
  }

  async #turn(namespace: string, line: Line, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // It may be admitted and aborted in the same turn of the event loop.
    let isAdmitted = false;
    const admit = (): void => {
      isAdmitted = true;
      resolve();
    };
    const node = line.waiting.append({ admit });
    this.#waiting += 1;
    const abandon = (): void => {
      if (isAdmitted) return;
      line.waiting.remove(node);
      this.#waiting -= 1;
      this.#forgetIfIdle(namespace, line);
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", abandon, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", abandon);
    }
  }

  #lineOf(namespace: string): Line {
    const known = this.#lines.get(namespace);
    if (known !== undefined) return known;
    const line: Line = { waiting: new LinkedList(), held: 0 };
    this.#lines.set(namespace, line);
    return line;
  }

  #isFree(line: Line): boolean {
    const { permits, permitsPerNamespace } = this.#limits;
    return this.#held < permits && line.held < permitsPerNamespace;
  }

  #hold(line: Line): void {
    line.held += 1;
    this.#held += 1;
  }

  #release(namespace: string, line: Line): void {
    line.held -= 1;
    this.#held -= 1;
    this.#forgetIfIdle(namespace, line);
    this.#admitNext();
  }

  /** The first that may, in the order of turns; its namespace goes to the end. */
  #admitNext(): void {
    for (const [namespace, line] of this.#lines) {
      if (line.waiting.size === 0 || !this.#isFree(line)) continue;
      const next = line.waiting.shift();
      this.#waiting -= 1;
      this.#hold(line);
      this.#lines.delete(namespace);
      this.#lines.set(namespace, line);
      next?.admit();
      return;
    }
  }

  #forgetIfIdle(namespace: string, line: Line): void {
    if (line.held === 0 && line.waiting.size === 0) this.#lines.delete(namespace);
  }
}

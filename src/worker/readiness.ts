import { workerProblemReasons } from "../api/reasons/worker-problems.ts";
import type { WorkerProblem } from "../api/reasons/worker-problems.ts";

/** What is missing: a word of the catalogue, and a sentence. */
export interface UnreadyReason {
  reason: WorkerProblem;
  message: string;
}

/** Something a worker cannot work without. */
export interface Precondition {
  shortcoming(): UnreadyReason | undefined;
  onChange(listener: () => void): void;
}

/** Whether the worker can take work now: when everything it needs is there. */
export class Readiness {
  readonly #preconditions: readonly Precondition[];
  readonly #listeners = new Set<() => void>();

  constructor(preconditions: readonly Precondition[]) {
    this.#preconditions = preconditions;
    for (const precondition of preconditions)
      precondition.onChange(() => {
        for (const listener of [...this.#listeners]) listener();
      });
  }

  /** What is missing: the reason that comes first in the catalogue, and everything in sentences. */
  get shortcoming(): UnreadyReason | undefined {
    const all = this.#preconditions
      .map((precondition) => precondition.shortcoming())
      .filter((shortcoming) => shortcoming !== undefined)
      .toSorted((left, right) => rankOf(left) - rankOf(right));
    const [first] = all;
    if (first === undefined) return undefined;
    return { reason: first.reason, message: all.map(({ message }) => message).join(". ") };
  }

  /** Returns the function that ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves once nothing is missing, or when the signal is aborted. Never rejects. */
  async untilReady(signal: AbortSignal): Promise<void> {
    await this.#until(() => this.shortcoming === undefined, signal);
  }

  /** A signal that is aborted as soon as something is missing, or when `signal` is. Dispose of the watch. */
  whileReady(signal: AbortSignal): Disposable & { readonly signal: AbortSignal } {
    const over = new AbortController();
    const ended = AbortSignal.any([signal, over.signal]);
    void this.#until(() => this.shortcoming !== undefined, ended).then(() => over.abort());
    return { signal: ended, [Symbol.dispose]: () => over.abort() };
  }

  #until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!signal.aborted && !condition()) return;
        this.#listeners.delete(look);
        signal.removeEventListener("abort", look);
        resolve();
      };
      this.#listeners.add(look);
      signal.addEventListener("abort", look, { once: true });
      look();
    });
  }
}

function rankOf({ reason }: UnreadyReason): number {
  return workerProblemReasons.indexOf(reason);
}

import { workerProblemReasons } from "../api/reasons/worker-problems.ts";
import { ChangeNotifier } from "./change-notifier.ts";
import type { ReadinessCondition, UnreadyReason } from "./readiness-condition.ts";

/** Whether the worker can take work: it can when all its conditions are met. */
export class Readiness {
  readonly #conditions: readonly ReadinessCondition[];
  readonly #changes = new ChangeNotifier();

  constructor(conditions: readonly ReadinessCondition[]) {
    this.#conditions = conditions;
    for (const condition of conditions) condition.onChange(() => this.#changes.notify());
  }

  /** The first reason in the order of the catalogue, with the sentences of all; undefined when the worker is ready. */
  get unreadyReason(): UnreadyReason | undefined {
    const all = this.#conditions
      .map((condition) => condition.unreadyReason)
      .filter((unreadyReason) => unreadyReason !== undefined)
      .toSorted((left, right) => rankOf(left) - rankOf(right));
    const [first] = all;
    if (first === undefined) return undefined;
    return { reason: first.reason, message: all.map(({ message }) => message).join(". ") };
  }

  /** Calls the listener after every change of a condition. Returns the function that ends the subscription. */
  onChange(listener: () => void): () => void {
    return this.#changes.subscribe(listener);
  }

  /** Resolves when the worker is ready, or when the signal is aborted. Never rejects. */
  async untilReady(signal: AbortSignal): Promise<void> {
    await this.#changes.until(() => this.unreadyReason === undefined, signal);
  }

  /** A signal that is aborted when the worker stops being ready, or when `signal` is. Dispose of it after use. */
  whileReady(signal: AbortSignal): Disposable & { readonly signal: AbortSignal } {
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    void this.#changes
      .until(() => this.unreadyReason !== undefined, either)
      .then(() => ended.abort());
    return { signal: either, [Symbol.dispose]: () => ended.abort() };
  }
}

function rankOf({ reason }: UnreadyReason): number {
  return workerProblemReasons.indexOf(reason);
}

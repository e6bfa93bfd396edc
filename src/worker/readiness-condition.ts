import type { WorkerProblem } from "../api/reasons/worker-problems.ts";
import { ChangeNotifier } from "./change-notifier.ts";

/** What is missing: a reason of the catalogue, and a sentence. */
export interface UnreadyReason {
  reason: WorkerProblem;
  message: string;
}

/** One thing the worker cannot work without. Its owner sets it; `Readiness` reads it. */
export class ReadinessCondition {
  readonly #changes = new ChangeNotifier();
  #unreadyReason: UnreadyReason | undefined;

  constructor(unreadyReason?: UnreadyReason) {
    this.#unreadyReason = unreadyReason;
  }

  /** Undefined while the condition is met. */
  get unreadyReason(): UnreadyReason | undefined {
    return this.#unreadyReason;
  }

  set(unreadyReason: UnreadyReason | undefined): void {
    this.#unreadyReason = unreadyReason;
    this.#changes.notify();
  }

  /** Calls the listener after every change. Returns the function that ends the subscription. */
  onChange(listener: () => void): () => void {
    return this.#changes.subscribe(listener);
  }
}

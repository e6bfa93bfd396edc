/** Tells listeners that a state has changed; they read the state themselves. */
export class ChangeNotifier {
  readonly #listeners = new Set<() => void>();

  /** Calls the listener after every change. Returns the function that ends the subscription. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** To be called after every change. */
  notify(): void {
    // A copy: a listener may end its subscription.
    for (const listener of [...this.#listeners]) listener();
  }

  /** Resolves when the condition is true, checked now and after every change, or when the signal is aborted. Never rejects. */
  until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!signal.aborted && !condition()) return;
        unsubscribe();
        signal.removeEventListener("abort", check);
        resolve();
      };
      const unsubscribe = this.subscribe(check);
      signal.addEventListener("abort", check, { once: true });
      check();
    });
  }
}

/** What has become of the banners of a page, as the messages of the program tell. */
export class ConsentProgress {
  #hasManager = false;
  #detected = 0;
  #ended = 0;
  #hasAnswered = false;
  readonly #waiting = new Set<() => void>();

  /** Whether a banner was found that is not answered yet. */
  get isBusy(): boolean {
    return this.#detected > this.#ended;
  }

  get hasFoundBanner(): boolean {
    return this.#detected > 0;
  }

  /** Whether a consent manager is there; it may have nothing to ask. */
  get hasFoundManager(): boolean {
    return this.#hasManager;
  }

  /** Whether a banner was answered or hidden. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  onMessage(type: string, result: boolean | undefined): void {
    if (type === "cmpDetected") this.#hasManager = true;
    else if (type === "popupFound") this.#detected += 1;
    else if (type === "optOutResult" && result === false) this.#ended += 1;
    else if (type === "autoconsentDone") {
      this.#ended += 1;
      this.#hasAnswered = true;
    } else return;
    for (const check of this.#waiting) check();
  }

  /** Resolves when the condition is true. @throws the signal's reason */
  async until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (condition()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = (): void => {
      if (condition()) resolve();
    };
    const abort = (): void => reject(signal.reason as Error);
    this.#waiting.add(check);
    signal.addEventListener("abort", abort, { once: true });
    try {
      await promise;
    } finally {
      this.#waiting.delete(check);
      signal.removeEventListener("abort", abort);
    }
  }
}

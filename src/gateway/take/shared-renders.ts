interface SharedRender<T> {
  value: T;
  /** Whether another call started it. */
  isShared: boolean;
}

/**
 * Lets equal calls that arrive together wait for one render. It belongs to none of them: whoever hangs up leaves it to the others, and
 * alone its own time limits end it.
 */
export class SharedRenders<T> {
  readonly #running = new Map<string, Promise<T>>();

  /**
   * Waits for the running render of this key, or for a new one.
   * @param signal ends this wait only
   * @throws what the render throws, or the reason of the signal
   */
  async join(key: string, signal: AbortSignal, render: () => Promise<T>): Promise<SharedRender<T>> {
    signal.throwIfAborted();
    const running = this.#running.get(key);
    const value = await untilAborted(running ?? this.#start(key, render), signal);
    return { value, isShared: running !== undefined };
  }

  #start(key: string, render: () => Promise<T>): Promise<T> {
    const started = render().finally(() => this.#running.delete(key));
    // All calls may have gone when it fails.
    started.catch(() => undefined);
    this.#running.set(key, started);
    return started;
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

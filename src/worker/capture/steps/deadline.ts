export interface DeadlineOptions {
  milliseconds: number;
  /** What the wait fails with when the time is over. */
  failure: () => Error;
  /** End the deadline too, with their own reasons. */
  parents: readonly AbortSignal[];
}

/** A limit on a piece of work, nested in another one. Dispose it, or its timer keeps the process alive. */
export class Deadline implements Disposable {
  readonly signal: AbortSignal;
  readonly #endsAtMilliseconds: number;
  readonly #stop = new DisposableStack();

  constructor({ milliseconds, failure, parents }: DeadlineOptions) {
    const controller = new AbortController();
    this.signal = controller.signal;
    this.#endsAtMilliseconds = performance.now() + milliseconds;
    const timer = setTimeout(() => controller.abort(failure()), milliseconds);
    this.#stop.defer(() => clearTimeout(timer));
    for (const parent of parents) {
      const abort = (): void => controller.abort(parent.reason);
      if (parent.aborted) abort();
      parent.addEventListener("abort", abort, { once: true });
      this.#stop.defer(() => parent.removeEventListener("abort", abort));
    }
  }

  get remainingMilliseconds(): number {
    return Math.max(0, this.#endsAtMilliseconds - performance.now());
  }

  [Symbol.dispose](): void {
    this.#stop.dispose();
  }
}

/**
 * Lets work take some time and no more: answers false when that is over first. Every other end of the work, and the end of
 * the deadline around it, is thrown as usual.
 */
export async function isDoneWithin(
  milliseconds: number,
  around: Deadline,
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<boolean> {
  const timeIsOver = new Error("The time for a wait that may be given up is over");
  using limit = new Deadline({
    milliseconds,
    failure: () => timeIsOver,
    parents: [around.signal],
  });
  try {
    await work(limit.signal);
    return true;
  } catch (thrown) {
    if (thrown === timeIsOver) return false;
    throw thrown;
  }
}

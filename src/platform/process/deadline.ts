interface DeadlineOptions {
  milliseconds: number;
  /** Signals that end the deadline too, each with its own reason. */
  parents?: readonly AbortSignal[];
  /** What the signal is aborted with when the time is over; default a TimeoutError. */
  reason?: () => Error;
}

/** A longer time makes Node.js fire a timer at once. */
const longestTimerMilliseconds = 2_147_483_647;

/**
 * A limit on a piece of work: a signal that is aborted after a time, or with one of its parents. Dispose of it when the work
 * is done: until then its timer keeps the process alive. Unlike `AbortSignal.any` it leaves nothing behind on a long-lived parent.
 */
export class Deadline implements Disposable {
  readonly signal: AbortSignal;
  readonly #milliseconds: number;
  readonly #stop = new DisposableStack();
  readonly #timer: NodeJS.Timeout;
  #endsAtMilliseconds: number;
  #isReached = false;

  constructor({ milliseconds, parents = [], reason = timeoutError }: DeadlineOptions) {
    const controller = new AbortController();
    const end = (): void => {
      this.#isReached = !controller.signal.aborted;
      controller.abort(reason());
    };
    this.signal = controller.signal;
    this.#milliseconds = Math.min(Math.max(milliseconds, 0), longestTimerMilliseconds);
    this.#endsAtMilliseconds = performance.now() + this.#milliseconds;
    this.#timer = setTimeout(end, this.#milliseconds);
    this.#stop.defer(() => clearTimeout(this.#timer));
    for (const parent of parents) {
      const abort = (): void => controller.abort(parent.reason);
      if (parent.aborted) abort();
      parent.addEventListener("abort", abort, { once: true });
      this.#stop.defer(() => parent.removeEventListener("abort", abort));
    }
    if (milliseconds <= 0 && !controller.signal.aborted) end();
  }

  /** Whether it was the time that ended it, not a parent. */
  get isReached(): boolean {
    return this.#isReached;
  }

  /** Nothing once the deadline is reached: a timer may fire a fraction of a millisecond early. */
  get remainingMilliseconds(): number {
    if (this.#isReached) return 0;
    return Math.max(0, this.#endsAtMilliseconds - performance.now());
  }

  /** Starts the time anew, for a limit on silence; makes no difference once the signal is aborted. */
  restart(): void {
    if (this.signal.aborted) return;
    this.#endsAtMilliseconds = performance.now() + this.#milliseconds;
    this.#timer.refresh();
  }

  [Symbol.dispose](): void {
    this.#stop.dispose();
  }
}

function timeoutError(): DOMException {
  return new DOMException("The time limit was reached", "TimeoutError");
}

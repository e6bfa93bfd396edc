/**
 * A signal that is aborted after a time, or with a caller's signal. Unlike `AbortSignal.any` it leaves nothing behind on a
 * long-lived signal once it is disposed of.
 */
export class TimeLimit implements Disposable {
  readonly milliseconds: number;
  readonly #controller = new AbortController();
  readonly #endsAtMilliseconds: number;
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal | undefined;
  readonly #onOuterAbort = (): void => this.#controller.abort(this.#outer?.reason);
  #isReached = false;

  constructor(milliseconds: number, outer?: AbortSignal) {
    this.milliseconds = milliseconds;
    this.#endsAtMilliseconds = performance.now() + milliseconds;
    this.#timer = setTimeout(() => {
      this.#isReached = true;
      this.#controller.abort(new DOMException("The time limit was reached", "TimeoutError"));
    }, milliseconds);
    this.#outer = outer;
    if (outer?.aborted === true) this.#onOuterAbort();
    else outer?.addEventListener("abort", this.#onOuterAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the time, not the caller's signal. */
  get isReached(): boolean {
    return this.#isReached;
  }

  get remainingMilliseconds(): number {
    return Math.max(0, this.#endsAtMilliseconds - performance.now());
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#onOuterAbort);
  }
}

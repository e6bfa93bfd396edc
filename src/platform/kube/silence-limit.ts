/** A signal that is aborted when nothing was heard for a time, or with a caller's signal. */
export class SilenceLimit implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal;
  readonly #onOuterAbort = (): void => this.#controller.abort(this.#outer.reason);
  #isReached = false;
  #hasHeard = false;

  constructor(milliseconds: number, outer: AbortSignal) {
    this.#timer = setTimeout(() => {
      this.#isReached = true;
      this.#controller.abort(new DOMException("Nothing was heard in time", "TimeoutError"));
    }, milliseconds);
    this.#outer = outer;
    if (outer.aborted) this.#onOuterAbort();
    else outer.addEventListener("abort", this.#onOuterAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isReached(): boolean {
    return this.#isReached;
  }

  get hasHeard(): boolean {
    return this.#hasHeard;
  }

  heard(): void {
    this.#hasHeard = true;
    this.#timer.refresh();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener("abort", this.#onOuterAbort);
  }
}

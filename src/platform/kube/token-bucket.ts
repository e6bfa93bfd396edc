/** Lets a burst through, then a steady rate. */
export class TokenBucket {
  readonly #capacity: number;
  readonly #perSecond: number;
  #tokens: number;
  #filledAtMilliseconds: number;

  constructor(capacity: number, perSecond: number, nowMilliseconds: number) {
    this.#capacity = capacity;
    this.#perSecond = perSecond;
    this.#tokens = capacity;
    this.#filledAtMilliseconds = nowMilliseconds;
  }

  /** Takes a token; false when there is none. */
  take(nowMilliseconds: number): boolean {
    const elapsedSeconds = (nowMilliseconds - this.#filledAtMilliseconds) / 1000;
    this.#tokens = Math.min(this.#capacity, this.#tokens + elapsedSeconds * this.#perSecond);
    this.#filledAtMilliseconds = nowMilliseconds;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

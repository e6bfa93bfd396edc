interface RateLimiterOptions {
  perSecond: number;
  /** How many may come at once after a pause; default 1, which spaces them evenly. */
  burst?: number;
}

/**
 * Lets a burst through, then a steady rate: a token bucket, kept as the time at which it is full again (the generic cell rate
 * algorithm, ITU-T I.371). Times come from the caller, in milliseconds of any one clock.
 */
export class RateLimiter {
  readonly #intervalMilliseconds: number;
  readonly #burstMilliseconds: number;
  #fullAtMilliseconds = Number.NEGATIVE_INFINITY;

  constructor({ perSecond, burst = 1 }: RateLimiterOptions) {
    this.#intervalMilliseconds = 1000 / perSecond;
    this.#burstMilliseconds = (burst - 1) * this.#intervalMilliseconds;
  }

  /** Whether one more may go now; counts it if so. */
  allow(nowMilliseconds: number): boolean {
    if (this.#nextAtMilliseconds > nowMilliseconds) return false;
    this.reserve(nowMilliseconds);
    return true;
  }

  /** When one more may go; counts it, and it stays counted if the caller does not go. */
  reserve(nowMilliseconds: number): number {
    const turn = Math.max(nowMilliseconds, this.#nextAtMilliseconds);
    this.#fullAtMilliseconds =
      Math.max(nowMilliseconds, this.#fullAtMilliseconds) + this.#intervalMilliseconds;
    return turn;
  }

  get #nextAtMilliseconds(): number {
    return this.#fullAtMilliseconds - this.#burstMilliseconds;
  }
}

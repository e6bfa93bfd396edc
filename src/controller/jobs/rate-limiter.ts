/**
 * Gives out turns at a steady pace: `Queued` and `Capturing` may cost the API server at most so many writes a second,
 * however many jobs wait. A job asks once and comes back when its turn has come; a turn that is not used is lost.
 */
export class RateLimiter {
  readonly #betweenTurnsMilliseconds: number;
  #nextTurnMilliseconds = 0;

  constructor(turnsPerSecond: number) {
    this.#betweenTurnsMilliseconds = 1000 / turnsPerSecond;
  }

  /** When the asker's turn is; `now` and the answer in epoch milliseconds. */
  reserve(now: number): number {
    const turn = Math.max(now, this.#nextTurnMilliseconds);
    this.#nextTurnMilliseconds = turn + this.#betweenTurnsMilliseconds;
    return turn;
  }
}

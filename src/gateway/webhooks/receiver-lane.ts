/** How a try ended for its receiver. */
export type TryResult = "Answered" | "Failed";

/** The receiver's usual time until the first try has shown it. */
const firstTryMilliseconds = 100;
/** Weight of the latest try in the average. */
const latestWeight = 0.2;
/** From the first failure in a row on, tries are this far apart, doubling with each up to the longest. */
const firstSpacingMilliseconds = 20;
const longestSpacingMilliseconds = 1_250;
const shortestWaitMilliseconds = 250;
/** So a receiver that is back is noticed by each of its deliveries within that time. */
const longestWaitMilliseconds = 300_000;

/**
 * What one gateway knows of one receiver (or of one namespace): how many tries are open, how long they take, and how many failed in a
 * row. Deliveries that find it at its limit wait in a line of turns as long as the receiver is slow, so each returns about when there is
 * room. Times are milliseconds of a monotonic clock, passed in.
 */
export class ReceiverLane {
  readonly #limit: number;
  #open = 0;
  #failuresInRow = 0;
  #averageMilliseconds = firstTryMilliseconds;
  #nextTryAt = 0;
  #nextTurnAt = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether one more try may begin. */
  hasRoom(now: number): boolean {
    return this.#open < this.#limit && now >= this.#nextTryAt;
  }

  begin(now: number): void {
    this.#open += 1;
    this.#nextTryAt = now + this.#spacingMilliseconds;
  }

  /** `result` is undefined when the receiver was not reached out to, which says nothing about it. */
  end(result: TryResult | undefined, { now, began }: { now: number; began: number }): void {
    this.#open -= 1;
    if (result === undefined) return void (this.#nextTryAt = now);
    this.#averageMilliseconds += latestWeight * (now - began - this.#averageMilliseconds);
    if (result === "Failed") return void (this.#failuresInRow += 1);
    if (this.#failuresInRow > 0) this.#nextTurnAt = now;
    this.#failuresInRow = 0;
    this.#nextTryAt = now;
  }

  /** How long a delivery waits that found no room; it takes a turn. */
  takeTurn(now: number): number {
    const turn = Math.max(now, this.#nextTurnAt);
    const untilNext = Math.max(this.#spacingMilliseconds, this.#averageMilliseconds / this.#limit);
    this.#nextTurnAt = Math.min(turn + untilNext, now + longestWaitMilliseconds);
    return Math.max(turn - now, shortestWaitMilliseconds);
  }

  /** Whether forgetting it changes nothing. */
  isIdle(now: number): boolean {
    return this.#open === 0 && this.#failuresInRow === 0 && this.#nextTurnAt <= now;
  }

  /** Whether no try is open. */
  get isUnused(): boolean {
    return this.#open === 0;
  }

  get #spacingMilliseconds(): number {
    if (this.#failuresInRow === 0) return 0;
    const doubled = firstSpacingMilliseconds * 2 ** Math.min(this.#failuresInRow - 1, 16);
    return Math.min(doubled, longestSpacingMilliseconds);
  }
}

/**
 * Shares turns out by weight and spreads them: with the weights 8 and 1, each ninth turn is the second's. This is smooth weighted round
 * robin, as load balancers do it: each turn every candidate earns its weight, the richest gets the turn and pays what all have earned.
 */
export class SmoothRoundRobin<Name extends string> {
  readonly #weights: Readonly<Record<Name, number>>;
  readonly #credits = new Map<Name, number>();

  constructor(weights: Readonly<Record<Name, number>>) {
    this.#weights = weights;
  }

  /** Whose turn it is, of those that can use it now; the others earn nothing meanwhile. Undefined without candidates. */
  next(candidates: readonly Name[]): Name | undefined {
    let richest: Name | undefined;
    let sum = 0;
    for (const name of candidates) {
      this.#credits.set(name, this.#creditOf(name) + this.#weights[name]);
      sum += this.#weights[name];
      if (richest === undefined || this.#creditOf(name) > this.#creditOf(richest)) richest = name;
    }
    if (richest !== undefined) this.#credits.set(richest, this.#creditOf(richest) - sum);
    return richest;
  }

  /** Takes the credit of one that has no use for turns any more, so that it cannot save up for a burst. */
  forget(name: Name): void {
    this.#credits.delete(name);
  }

  #creditOf(name: Name): number {
    return this.#credits.get(name) ?? 0;
  }
}

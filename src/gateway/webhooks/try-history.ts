/** The tries of one webhook by this gateway. */
export interface Tries {
  readonly firstMilliseconds: number;
  count: number;
}

/** The webhooks that this many others were tried after are forgotten, and begin anew. */
const maxWebhooks = 100_000;

/**
 * The tries that this gateway made of each webhook, from which its schedule and its horizon count: a webhook that waited behind others
 * was not tried. Nothing on the stream says it, since a message that waits is redelivered, too. A gateway that is started anew, or
 * another one, begins a webhook's tries anew, so it may be tried more often, never less.
 */
export class TryHistory {
  readonly #tries = new Map<string, Tries>();

  /** Records a try that ended now without delivering the webhook; milliseconds of a monotonic clock. */
  record(webhookID: string, nowMilliseconds: number): Readonly<Tries> {
    const tries = this.#tries.get(webhookID) ?? { firstMilliseconds: nowMilliseconds, count: 0 };
    tries.count += 1;
    // Deleting first moves it to the end of the map's order, so that the first one is the oldest.
    this.#tries.delete(webhookID);
    this.#tries.set(webhookID, tries);
    const [oldest] = this.#tries.keys();
    if (this.#tries.size > maxWebhooks && oldest !== undefined) this.#tries.delete(oldest);
    return tries;
  }

  /** Forgets a webhook that is final. */
  forget(webhookID: string): void {
    this.#tries.delete(webhookID);
  }
}

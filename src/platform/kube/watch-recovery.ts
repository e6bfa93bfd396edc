import { backoffMilliseconds } from "../../core/retry/backoff.ts";
import { KubeError, isInvalid, isTooLarge } from "./kube-error.ts";
import type { RelistReason, WatchRestartReason } from "./kube-metrics.ts";

interface WatchRecoveryOptions {
  /** Longest first pause; it doubles with each further failure up to 30 s. */
  firstPauseMilliseconds: number;
  /** Objects a page of a list. */
  pageSize: number;
}

interface WatchFailure {
  thrown: unknown;
  cause: WatchRestartReason;
  /** Whether a state had been read before. */
  hasPosition: boolean;
}

const maxPauseMilliseconds = 30_000;
const maxRetryAfterMilliseconds = 60_000;

/** Decides what a reflector does differently after failures: a pause, a new list, smaller pages, or no WatchList. */
export class WatchRecovery {
  readonly #firstPauseMilliseconds: number;
  #pageSize: number;
  #mayWatchList = true;
  /** Since the last progress. */
  #failures = 0;
  /** Watches in a row that were cut for silence before they had sent a byte. */
  #silentWatches = 0;

  constructor({ firstPauseMilliseconds, pageSize }: WatchRecoveryOptions) {
    this.#firstPauseMilliseconds = firstPauseMilliseconds;
    this.#pageSize = pageSize;
  }

  get failures(): number {
    return this.#failures;
  }

  get pageSize(): number {
    return this.#pageSize;
  }

  /** Whether the server streams the initial state (KEP-3157). */
  get mayWatchList(): boolean {
    return this.#mayWatchList;
  }

  /** An event or a whole list has arrived. */
  noteProgress(): void {
    this.#failures = 0;
  }

  /** A watch has sent data. */
  noteData(): void {
    this.#silentWatches = 0;
  }

  /** Before the next watch, with full jitter. */
  pauseMilliseconds(): number {
    const backoff = {
      firstMilliseconds: this.#firstPauseMilliseconds,
      mostMilliseconds: maxPauseMilliseconds,
      jitter: 1,
    };
    return backoffMilliseconds(this.#failures, backoff, Math.random());
  }

  /** Counts a failure. Returns the pause before the next attempt, and why everything has to be read again, if so. */
  noteFailure(failure: WatchFailure): { pauseMilliseconds: number; relist?: RelistReason } {
    const relist = this.#relistReasonOf(failure);
    if (relist !== undefined) this.#silentWatches = 0;
    const { thrown } = failure;
    if (isTooLarge(thrown)) this.#pageSize = Math.max(1, Math.floor(this.#pageSize / 2));
    const retryAfter = thrown instanceof KubeError ? (thrown.retryAfterSeconds ?? 0) * 1000 : 0;
    const pauseMilliseconds = Math.max(
      this.pauseMilliseconds(),
      Math.min(retryAfter, maxRetryAfterMilliseconds),
    );
    this.#failures += 1;
    return { pauseMilliseconds, ...(relist === undefined ? {} : { relist }) };
  }

  #relistReasonOf({ thrown, cause, hasPosition }: WatchFailure): RelistReason | undefined {
    if (isInvalid(thrown)) {
      // Servers before 1.34 refuse sendInitialEvents; for a watch from a position a new list helps if anything does.
      if (!hasPosition) this.#mayWatchList = false;
      return "WatchListRefused";
    }
    if (cause === "Expired") return "Expired";
    if (cause !== "Silent") return undefined;
    this.#silentWatches += 1;
    // A server restored from a backup has no event beyond our position, and sends not even bookmarks.
    return this.#silentWatches >= 2 ? "Silent" : undefined;
  }
}

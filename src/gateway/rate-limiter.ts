import { amount } from "../core/amount.ts";
import { TakeError } from "../core/take-error.ts";
import type { KnownAccount } from "./account-directory.ts";

interface Bucket {
  minute: number;
  started: number;
}

/**
 * Starts per minute and account, as the original counts them: a bucket that is full again at each whole minute. Each replica
 * counts for itself, so `replicas` divides what one of them lets through.
 */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes one from the account's bucket; throws TakeError(concurrency_limit_reached) when it is empty. */
  spend(account: KnownAccount, nowMilliseconds: number): void {
    const limit = account.spec.limits?.requestsPerMinute;
    if (limit === undefined) return;
    const minute = Math.floor(nowMilliseconds / 60_000);
    const known = this.#buckets.get(account.name);
    const bucket = known?.minute === minute ? known : { minute, started: 0 };
    this.#buckets.set(account.name, bucket);
    if (bucket.started >= limit)
      throw new TakeError("concurrency_limit_reached", {
        message: `The account may start ${amount(limit, "request")} a minute; the next minute begins soon`,
        retryAfterSeconds: Math.ceil(((minute + 1) * 60_000 - nowMilliseconds) / 1000),
      });
    bucket.started += 1;
  }
}

import { minuteStart } from "./account-usage.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";

/** Which jobs an account has started in the present minute (UTC). Each counts once, and also when it is deleted. */
export class MinuteCounter {
  #minuteStart = 0;
  #jobs = new Set<ObjectKey>();
  /** Those of the minute before: what was admitted at its end may be created, and is seen, in the present one. */
  #jobsBefore = new Set<ObjectKey>();

  /** A job was let in. */
  admit(job: ObjectKey, now: number): void {
    this.#turnTo(now);
    this.#jobs.add(job);
  }

  /** A job is there, whoever has let it in. */
  observe(job: ObjectKey, createdMilliseconds: number, now: number): void {
    this.#turnTo(now);
    if (createdMilliseconds < this.#minuteStart || this.#jobsBefore.has(job)) return;
    this.#jobs.add(job);
  }

  count(now: number): number {
    this.#turnTo(now);
    return this.#jobs.size;
  }

  #turnTo(now: number): void {
    const start = minuteStart(now);
    if (start === this.#minuteStart) return;
    const isNext = minuteStart(start - 1) === this.#minuteStart;
    this.#jobsBefore = isNext ? this.#jobs : new Set();
    this.#jobs = new Set();
    this.#minuteStart = start;
  }
}

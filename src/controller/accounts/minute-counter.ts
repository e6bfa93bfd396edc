import { minuteStart } from "./account-usage.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";

/** Counts the jobs that an account started in the current minute (UTC): each once, deleted ones included. */
export class MinuteCounter {
  #minuteStart = 0;
  #jobs = new Set<ObjectKey>();
  /** Jobs of the previous minute: one that was admitted at its end may be created in the current one. */
  #jobsBefore = new Set<ObjectKey>();

  /** Counts a job that was admitted. */
  recordAdmitted(job: ObjectKey, now: number): void {
    this.#advanceTo(now);
    this.#jobs.add(job);
  }

  /** Counts a job that exists; it may have been admitted by an earlier leader, or not at all. */
  recordCreated(job: ObjectKey, createdMilliseconds: number, now: number): void {
    this.#advanceTo(now);
    if (createdMilliseconds < this.#minuteStart || this.#jobsBefore.has(job)) return;
    this.#jobs.add(job);
  }

  count(now: number): number {
    this.#advanceTo(now);
    return this.#jobs.size;
  }

  #advanceTo(now: number): void {
    const start = minuteStart(now);
    if (start === this.#minuteStart) return;
    const isNext = minuteStart(start - 1) === this.#minuteStart;
    this.#jobsBefore = isNext ? this.#jobs : new Set();
    this.#jobs = new Set();
    this.#minuteStart = start;
  }
}

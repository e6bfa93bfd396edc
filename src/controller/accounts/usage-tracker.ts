import type { AccountUsage } from "../../api/kinds/resource-types.ts";
import { addJobs, countOf, inMonthOf, isUncounted } from "./account-usage.ts";
import type { CountedJob, UsageCount } from "./account-usage.ts";
import { epochMilliseconds } from "../conditions.ts";
import { isFinished } from "../jobs/job-record.ts";
import type { JobRecord } from "../jobs/job-record.ts";
import { keyOf } from "../../platform/kube/object-key.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";
import { MinuteCounter } from "./minute-counter.ts";

interface AccountEntry {
  count: UsageCount;
  /** Those that are not in the count as a whole, by uid. They stay when the job is deleted. */
  uncounted: Map<string, CountedJob>;
  unfinished: Set<string>;
  /** Jobs that were admitted and not seen yet, and until when their place is kept (monotonic). */
  reserved: Map<ObjectKey, number>;
  starts: MinuteCounter;
}

/** A gateway creates a job right after it was admitted, or never. */
const reservationMilliseconds = 10_000;

/** What each account has under way and has used of its minute and its month, as the leader knows from the jobs. */
export class UsageTracker {
  readonly #accounts = new Map<string, AccountEntry>();

  /** Begins an account's count with what its status says; its jobs are to be observed afterwards. */
  open(account: string, usage: AccountUsage | undefined, now: number): void {
    const known = this.#accounts.get(account);
    this.#accounts.set(account, {
      count: countOf(usage, now),
      uncounted: new Map(),
      unfinished: new Set(),
      reserved: known?.reserved ?? new Map(),
      starts: known?.starts ?? new MinuteCounter(),
    });
  }

  close(account: string): void {
    this.#accounts.delete(account);
  }

  has(account: string): boolean {
    return this.#accounts.has(account);
  }

  /** Whether somebody else has written down more than is known here. */
  isBehind(account: string, usage: AccountUsage | undefined): boolean {
    const count = this.#accounts.get(account)?.count;
    const writtenUntil = epochMilliseconds(usage?.lastCountedTime);
    if (count === undefined || writtenUntil === undefined) return false;
    return writtenUntil > count.lastCountedMilliseconds;
  }

  /** A job was made, has changed, or was there from the beginning. */
  observe(job: JobRecord, now: number): void {
    const entry = this.#entryOf(job);
    if (entry === undefined) return;
    const key = keyOf(job);
    entry.reserved.delete(key);
    entry.starts.observe(key, job.createdMilliseconds, now);
    if (isFinished(job)) entry.unfinished.delete(job.uid);
    else entry.unfinished.add(job.uid);
    const counted = countedJobOf(job);
    if (isUncounted(counted, entry.count)) entry.uncounted.set(job.uid, counted);
  }

  forget(job: JobRecord): void {
    this.#entryOf(job)?.unfinished.delete(job.uid);
  }

  /** Keeps a place for a job that is about to be made. */
  reserve(account: string, job: ObjectKey, now: number, nowMonotonic: number): void {
    const entry = this.#accounts.get(account);
    entry?.reserved.set(job, nowMonotonic + reservationMilliseconds);
    entry?.starts.admit(job, now);
  }

  /** Whether a job has its place still. */
  isReserved(account: string, job: ObjectKey, nowMonotonic: number): boolean {
    return (this.#accounts.get(account)?.reserved.get(job) ?? nowMonotonic) > nowMonotonic;
  }

  /** Unfinished jobs, with those that are about to be made. */
  concurrentJobs(account: string, nowMonotonic: number): number {
    const entry = this.#accounts.get(account);
    return entry === undefined ? 0 : entry.unfinished.size + reservedOf(entry, nowMonotonic);
  }

  /** Jobs that were admitted in this minute (UTC), or made in it without having been admitted here. */
  startedThisMinute(account: string, now: number): number {
    return this.#accounts.get(account)?.starts.count(now) ?? 0;
  }

  /** Of this month, with those that are about to be made. */
  usedThisMonth(account: string, now: number, nowMonotonic: number): number {
    const entry = this.#accounts.get(account);
    if (entry === undefined) return 0;
    const count = addJobs(inMonthOf(entry.count, now), entry.uncounted.values(), Infinity);
    return count.total + reservedOf(entry, nowMonotonic);
  }

  /** The count up to a moment, to be written down; undefined when what is written is right still. */
  due(account: string, untilMilliseconds: number, now: number): UsageCount | undefined {
    const entry = this.#accounts.get(account);
    if (entry === undefined) return undefined;
    const count = addJobs(inMonthOf(entry.count, now), entry.uncounted.values(), untilMilliseconds);
    const { total, succeeded } = entry.count;
    return count.total === total && count.succeeded === succeeded ? undefined : count;
  }

  /** A count was written: what is in it need not be remembered. */
  written(account: string, count: UsageCount): void {
    const entry = this.#accounts.get(account);
    if (entry === undefined) return;
    entry.count = count;
    for (const [uid, job] of entry.uncounted)
      if (!isUncounted(job, count)) entry.uncounted.delete(uid);
  }

  #entryOf({ account }: JobRecord): AccountEntry | undefined {
    return account === undefined ? undefined : this.#accounts.get(account);
  }
}

function reservedOf({ reserved }: AccountEntry, nowMonotonic: number): number {
  for (const [job, until] of reserved) if (until <= nowMonotonic) reserved.delete(job);
  return reserved.size;
}

function countedJobOf(job: JobRecord): CountedJob {
  return {
    createdMilliseconds: job.createdMilliseconds,
    succeededMilliseconds: job.succeeded === "True" ? job.completedMilliseconds : undefined,
  };
}

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
  /** Jobs that the count does not include completely, by uid; deleted jobs stay here. */
  uncounted: Map<string, CountedJob>;
  unfinished: Set<string>;
  /** Jobs that were admitted and not created yet, and until when they are expected; monotonic. */
  reserved: Map<ObjectKey, number>;
  minute: MinuteCounter;
}

interface MonthUsage {
  started: number;
  succeeded: number;
}

/** A gateway creates a job right after the admission, or not at all. */
const reservationMilliseconds = 10_000;

/** Tracks what each account uses of its limits: unfinished jobs, and jobs of the current minute and month. */
export class UsageTracker {
  readonly #accounts = new Map<string, AccountEntry>();
  /** The account that each unfinished job counts for, by uid: a job whose label or proof is taken away still counts. */
  readonly #owners = new Map<string, string>();

  /** Starts to track an account from the count in its status. The caller then records its jobs. */
  startTracking(account: string, usage: AccountUsage | undefined, now: number): void {
    const known = this.#accounts.get(account);
    this.#accounts.set(account, {
      count: countOf(usage, now),
      uncounted: new Map(),
      unfinished: new Set(),
      reserved: known?.reserved ?? new Map(),
      minute: known?.minute ?? new MinuteCounter(),
    });
  }

  stopTracking(account: string): void {
    for (const uid of this.#accounts.get(account)?.unfinished ?? []) this.#owners.delete(uid);
    this.#accounts.delete(account);
  }

  isTracking(account: string): boolean {
    return this.#accounts.has(account);
  }

  /** Whether the status has a later count than this tracker: another leader wrote it. */
  isBehind(account: string, usage: AccountUsage | undefined): boolean {
    const count = this.#accounts.get(account)?.count;
    const writtenUntil = epochMilliseconds(usage?.lastCountedTime);
    if (count === undefined || writtenUntil === undefined) return false;
    return writtenUntil > count.lastCountedMilliseconds;
  }

  /** Records the current state of a job. */
  recordJob(job: JobRecord, now: number): void {
    const account = this.#accountOf(job);
    const entry = account === undefined ? undefined : this.#accounts.get(account);
    if (account === undefined || entry === undefined) return;
    const key = keyOf(job);
    entry.reserved.delete(key);
    entry.minute.recordCreated(key, job.createdMilliseconds, now);
    if (isFinished(job)) {
      entry.unfinished.delete(job.uid);
      this.#owners.delete(job.uid);
    } else {
      entry.unfinished.add(job.uid);
      this.#owners.set(job.uid, account);
    }
    const counted = countedJobOf(job);
    if (isUncounted(counted, entry.count)) entry.uncounted.set(job.uid, counted);
  }

  /** Records that a job was deleted. */
  recordDeleted(job: JobRecord): void {
    const account = this.#accountOf(job);
    if (account !== undefined) this.#accounts.get(account)?.unfinished.delete(job.uid);
    this.#owners.delete(job.uid);
  }

  /** Counts a job that was admitted and is about to be created. */
  reserve(account: string, job: ObjectKey, now: number, nowMonotonic: number): void {
    const entry = this.#accounts.get(account);
    entry?.reserved.set(job, nowMonotonic + reservationMilliseconds);
    entry?.minute.recordAdmitted(job, now);
  }

  /** Whether the job was admitted a moment ago. */
  isReserved(account: string, job: ObjectKey, nowMonotonic: number): boolean {
    return (this.#accounts.get(account)?.reserved.get(job) ?? nowMonotonic) > nowMonotonic;
  }

  /** Unfinished jobs, including those about to be created. */
  concurrentJobs(account: string, nowMonotonic: number): number {
    const entry = this.#accounts.get(account);
    return entry === undefined ? 0 : entry.unfinished.size + reservedOf(entry, nowMonotonic);
  }

  /** Jobs that were admitted or created in this minute (UTC). */
  startedThisMinute(account: string, now: number): number {
    return this.#accounts.get(account)?.minute.count(now) ?? 0;
  }

  /** Jobs of this month (UTC): those that were or are about to be created, and those that ended with a picture. */
  usedThisMonth(account: string, now: number, nowMonotonic: number): MonthUsage {
    const entry = this.#accounts.get(account);
    if (entry === undefined) return { started: 0, succeeded: 0 };
    const count = addJobs(inMonthOf(entry.count, now), entry.uncounted.values(), Infinity);
    return {
      started: count.total + reservedOf(entry, nowMonotonic),
      succeeded: count.succeeded,
    };
  }

  /** The count up to a time, for the status; undefined when the status is up to date. */
  countToWrite(account: string, untilMilliseconds: number, now: number): UsageCount | undefined {
    const entry = this.#accounts.get(account);
    if (entry === undefined) return undefined;
    const count = addJobs(inMonthOf(entry.count, now), entry.uncounted.values(), untilMilliseconds);
    const { total, succeeded } = entry.count;
    return count.total === total && count.succeeded === succeeded ? undefined : count;
  }

  /** Whether the written count includes the job completely; also true for a job that counts for no account. */
  isCounted(job: JobRecord): boolean {
    const account = this.#accountOf(job);
    return account === undefined || this.#accounts.get(account)?.uncounted.has(job.uid) !== true;
  }

  /** Records that a count was written to the status. */
  recordWritten(account: string, count: UsageCount): void {
    const entry = this.#accounts.get(account);
    if (entry === undefined) return;
    entry.count = count;
    for (const [uid, job] of entry.uncounted)
      if (!isUncounted(job, count)) entry.uncounted.delete(uid);
  }

  #accountOf({ uid, account }: JobRecord): string | undefined {
    return this.#owners.get(uid) ?? account;
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

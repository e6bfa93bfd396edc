import type { AccountUsage } from "../../api/kinds/resource-types.ts";
import { epochMilliseconds, rfc3339 } from "../conditions.ts";

const minuteMilliseconds = 60_000;

/** How many jobs of an account count in a calendar month (UTC), up to a time. */
export interface UsageCount {
  readonly periodStartMilliseconds: number;
  /** Jobs that were created later are not in `total`; jobs that ended later are not in `succeeded`. */
  readonly lastCountedMilliseconds: number;
  readonly total: number;
  readonly succeeded: number;
}

/** The times of a job that decide where it counts. */
export interface CountedJob {
  readonly createdMilliseconds: number;
  /** When it ended with a picture; undefined when it did not. */
  readonly succeededMilliseconds: number | undefined;
}

/** The count in a status; an empty one when the status has none or it is of an earlier month. */
export function countOf(usage: AccountUsage | undefined, now: number): UsageCount {
  const periodStartMilliseconds = epochMilliseconds(usage?.periodStart);
  const lastCountedMilliseconds = epochMilliseconds(usage?.lastCountedTime);
  if (
    usage === undefined ||
    periodStartMilliseconds === undefined ||
    lastCountedMilliseconds === undefined
  )
    return emptyMonth(now);
  const { total, succeeded } = usage;
  const count = { periodStartMilliseconds, lastCountedMilliseconds, total, succeeded };
  return inMonthOf(count, now);
}

/** The same count, or an empty one after the end of its month. */
export function inMonthOf(count: UsageCount, now: number): UsageCount {
  return monthStart(now) > count.periodStartMilliseconds ? emptyMonth(now) : count;
}

/** The count plus the jobs of its month that came later, up to `untilMilliseconds`. */
export function addJobs(
  count: UsageCount,
  jobs: Iterable<CountedJob>,
  untilMilliseconds: number,
): UsageCount {
  const { periodStartMilliseconds: start, lastCountedMilliseconds: from } = count;
  const isNew = (time: number | undefined) =>
    time !== undefined && time > from && time <= untilMilliseconds;
  let { total, succeeded } = count;
  for (const { createdMilliseconds, succeededMilliseconds } of jobs) {
    if (createdMilliseconds < start) continue;
    if (isNew(createdMilliseconds)) total += 1;
    if (isNew(succeededMilliseconds)) succeeded += 1;
  }
  const lastCountedMilliseconds = Math.max(from, untilMilliseconds);
  return { ...count, lastCountedMilliseconds, total, succeeded };
}

/** Whether a count does not include the job completely. */
export function isUncounted(job: CountedJob, { lastCountedMilliseconds }: UsageCount): boolean {
  return (
    job.createdMilliseconds > lastCountedMilliseconds ||
    (job.succeededMilliseconds ?? 0) > lastCountedMilliseconds
  );
}

/** The count as the status of an Account has it. */
export function usageOf(count: UsageCount): AccountUsage {
  return {
    periodStart: rfc3339(count.periodStartMilliseconds),
    lastCountedTime: rfc3339(count.lastCountedMilliseconds),
    total: count.total,
    succeeded: count.succeeded,
  };
}

/** Seconds until the next month begins, at least one. */
export function secondsToNextMonth(now: number): number {
  const date = new Date(now);
  const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
  return Math.max(1, Math.ceil((next - now) / 1000));
}

/** The start of the minute of a time, epoch milliseconds. */
export function minuteStart(now: number): number {
  return now - (now % minuteMilliseconds);
}

/** When the minute after that of a time begins, epoch milliseconds. */
export function nextMinuteStart(now: number): number {
  return minuteStart(now) + minuteMilliseconds;
}

/** Seconds until the next minute begins, at least one. */
export function secondsToNextMinute(now: number): number {
  return Math.max(1, Math.ceil((nextMinuteStart(now) - now) / 1000));
}

function emptyMonth(now: number): UsageCount {
  const start = monthStart(now);
  // One second earlier, so that a job of the first second of the month counts.
  return {
    periodStartMilliseconds: start,
    lastCountedMilliseconds: start - 1000,
    total: 0,
    succeeded: 0,
  };
}

function monthStart(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

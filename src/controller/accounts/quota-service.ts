import { parseAdmissionQuestion } from "../../api/messages/admission-messages.ts";
import type { AdmissionAnswer, AdmissionQuestion } from "../../api/messages/admission-messages.ts";
import { parseUsageQuestion } from "../../api/messages/usage-messages.ts";
import type { UsageAnswer, UsageQuestion } from "../../api/messages/usage-messages.ts";
import { askQueue, subjects } from "../../api/messages/subjects.ts";
import type { Account } from "../../api/kinds/resource-types.ts";
import {
  nextMinuteStart,
  secondsToNextMinute,
  secondsToNextMonth,
  usageOf,
} from "./account-usage.ts";
import type { JobRecord } from "../jobs/job-record.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import { keyOf } from "../../platform/kube/object-key.ts";
import type { StatusWriter } from "../../platform/kube/status-writer.ts";
import { serveRequests } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { UsageTracker } from "./usage-tracker.ts";
import { aborted } from "../../platform/process/aborted.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";
import type { AccountCache } from "./account-cache.ts";
import type { AccountRecord } from "./account-record.ts";

interface QuotaServiceDependencies {
  nats: Nats;
  jobs: JobCache;
  accounts: AccountCache;
  accountsNamespace: string;
  statusWriter: StatusWriter<Account>;
  clock: Clock;
  log: Logger;
}

/** Jobs under way are likely to have ended after it. */
const underWaySeconds = 5;
const writeEveryMilliseconds = 15_000;
/** Over all accounts: with many of them, each is written more rarely. */
const writesPerSecond = 10;
/** After this time the watch has shown every job, unless the clocks of API server and controller differ by more. */
const countDelayMilliseconds = 15_000;

/**
 * Decides for the gateways whether an account may start one more job, and writes the usage of accounts to their status.
 * Leader only: limits hold over all gateways because one process decides.
 */
export class QuotaService {
  readonly #dependencies: QuotaServiceDependencies;
  readonly #usage = new UsageTracker();
  readonly #usageTask: PeriodicTask;
  readonly #tracked = Promise.withResolvers<void>();

  constructor(dependencies: QuotaServiceDependencies) {
    const { clock, log } = dependencies;
    this.#dependencies = dependencies;
    this.#usageTask = new PeriodicTask({
      name: "writing of accounts' usage",
      pauseMilliseconds: writeEveryMilliseconds,
      clock,
      log,
      work: (signal) => this.#writeUsage(signal),
    });
  }

  /** Whether the status of its account includes the job, as far as it counts: a deleted one could not be counted by another leader. */
  isCounted(job: JobRecord): boolean {
    return this.#usage.isCounted(job);
  }

  /** Counts, and keeps the accounts' statuses, until the signal ends it. Needs no NATS. */
  async run(signal: AbortSignal): Promise<void> {
    const { jobs, accounts } = this.#dependencies;
    const ended = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => ended.resolve(), { once: true });
    await Promise.race([accounts.synced.catch(() => undefined), ended.promise]);
    if (signal.aborted) return;
    this.#trackAll();
    this.#tracked.resolve();
    const ends = [
      jobs.onChange((_key, { kind, record }) => {
        if (kind === "Set") this.#record(record, this.#dependencies.clock.now());
        else this.#usage.recordDeleted(record);
      }),
      accounts.onChange((_key, { kind, record }) => {
        if (kind === "Deleted") this.#usage.stopTracking(record.name);
        else if (!this.#usage.isTracking(record.name)) this.#track(record);
      }),
    ];
    try {
      await this.#usageTask.run(signal);
    } finally {
      for (const end of ends) end();
      for (const { name } of accounts.records()) this.#usage.stopTracking(name);
    }
  }

  /** Answers the gateways, once it has counted, until the signal is aborted. NATS must have been connected before. */
  async serve(signal: AbortSignal): Promise<void> {
    const { nats } = this.#dependencies;
    await Promise.race([this.#tracked.promise, aborted(signal)]);
    if (signal.aborted) return;
    const ends = [
      serveRequests(nats, subjects.ask.admission, askQueue, async (body) =>
        this.#admit(parseAdmissionQuestion(body)),
      ),
      serveRequests(nats, subjects.ask.usage, askQueue, async (body) =>
        this.#usageOf(parseUsageQuestion(body)),
      ),
    ];
    await aborted(signal);
    for (const end of ends) end();
  }

  #trackAll(): void {
    const { jobs, accounts, clock } = this.#dependencies;
    const now = clock.now();
    for (const { name, usage } of accounts.records()) this.#usage.startTracking(name, usage, now);
    for (const job of jobs.records()) this.#record(job, now);
  }

  #track({ name, usage }: Pick<AccountRecord, "name" | "usage">): void {
    const { jobs, clock } = this.#dependencies;
    const now = clock.now();
    this.#usage.startTracking(name, usage, now);
    for (const job of jobs.records()) if (job.account === name) this.#record(job, now);
  }

  /** A job counts in the namespace of its account only. */
  #record(job: JobRecord, now: number): void {
    const { accounts, accountsNamespace: namespace } = this.#dependencies;
    if (job.account === undefined) return this.#usage.recordJob(job, now);
    const account = accounts.get(keyOf({ namespace, name: job.account }));
    // A gateway may see a new account before this process does.
    const isOwn = account === undefined || account.spec.namespace === job.namespace;
    this.#usage.recordJob(isOwn ? job : { ...job, account: undefined }, now);
  }

  #admit({ account, job, limits }: AdmissionQuestion): AdmissionAnswer {
    const { jobs, clock } = this.#dependencies;
    const key = keyOf(job);
    const now = clock.now();
    const nowMonotonic = clock.monotonicMilliseconds();
    // A request whose idempotency key names an existing job creates no new one.
    const exists = jobs.get(key)?.account === account;
    if (exists || this.#usage.isReserved(account, key, nowMonotonic)) return { kind: "Admitted" };
    // A gateway may see a new account before this process does.
    if (!this.#usage.isTracking(account)) this.#track({ name: account, usage: undefined });
    const limit = this.#limitReached(account, limits, now, nowMonotonic);
    switch (limit) {
      case undefined:
        this.#usage.reserve(account, key, now, nowMonotonic);
        return { kind: "Admitted" };
      case "RequestsPerMinute":
        return { kind: "Refused", limit, retryAfterSeconds: secondsToNextMinute(now) };
      case "RequestsPerMonth":
        return { kind: "Refused", limit, retryAfterSeconds: secondsToNextMonth(now) };
      case "RequestsUnderWay":
        return {
          ...{ kind: "Refused", limit: "RequestsPerMonth", mayPass: true },
          retryAfterSeconds: underWaySeconds,
        };
      case "ConcurrentJobs":
        return { kind: "Refused", limit };
    }
  }

  #usageOf({ account }: UsageQuestion): UsageAnswer {
    const { clock } = this.#dependencies;
    const now = clock.now();
    const nowMonotonic = clock.monotonicMilliseconds();
    const month = this.#usage.usedThisMonth(account, now, nowMonotonic);
    return {
      startedThisMonth: month.started,
      succeededThisMonth: month.succeeded,
      unfinished: this.#usage.concurrentJobs(account, nowMonotonic),
      startedThisMinute: this.#usage.startedThisMinute(account, now),
      nextMinuteMilliseconds: nextMinuteStart(now),
    };
  }

  /** The first limit that one more job would exceed. */
  #limitReached(
    account: string,
    limits: AdmissionQuestion["limits"],
    now: number,
    nowMonotonic: number,
  ): Extract<AdmissionAnswer, { kind: "Refused" }>["limit"] | "RequestsUnderWay" | undefined {
    const { requestsPerMinute = Infinity, requestsPerMonth = Infinity } = limits;
    const { concurrentJobs = Infinity } = limits;
    if (this.#usage.startedThisMinute(account, now) >= requestsPerMinute)
      return "RequestsPerMinute";
    const { succeeded } = this.#usage.usedThisMonth(account, now, nowMonotonic);
    if (succeeded >= requestsPerMonth) return "RequestsPerMonth";
    const unfinished = this.#usage.concurrentJobs(account, nowMonotonic);
    if (succeeded + unfinished >= requestsPerMonth) return "RequestsUnderWay";
    if (unfinished >= concurrentJobs) return "ConcurrentJobs";
    return undefined;
  }

  async #writeUsage(signal: AbortSignal): Promise<void> {
    const { accounts, statusWriter, clock } = this.#dependencies;
    for (const [key] of [...accounts.entries()]) {
      const record = accounts.get(key);
      if (record === undefined) continue;
      const until = Math.floor((clock.now() - countDelayMilliseconds) / 1000) * 1000;
      // Another leader has led since.
      if (this.#usage.isBehind(record.name, record.usage)) this.#track(record);
      const count = this.#usage.countToWrite(record.name, until, clock.now());
      if (count === undefined) continue;
      const status = { usage: usageOf(count) };
      const turn = clock.sleep(1000 / writesPerSecond, signal).catch(() => undefined);
      const written = await statusWriter.write(record, record.resourceVersion, status, signal);
      if (written.kind === "Written") this.#usage.recordWritten(record.name, count);
      if (written.kind === "Refused")
        this.#dependencies.log.error(
          { account: record.name, cause: written.message },
          "The API server refused the status of an Account; its CRD does not fit this controller",
        );
      await turn;
      if (signal.aborted) return;
    }
  }
}

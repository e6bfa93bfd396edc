import { parseAdmissionQuestion } from "../../api/messages/admission-messages.ts";
import type { AdmissionAnswer, AdmissionQuestion } from "../../api/messages/admission-messages.ts";
import { askQueue, subjects } from "../../api/messages/subjects.ts";
import type { Account } from "../../api/kinds/resource-types.ts";
import { secondsToNextMinute, secondsToNextMonth, usageOf } from "./account-usage.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import { keyOf } from "../../platform/kube/object-key.ts";
import type { StatusWriter } from "../../platform/kube/status-writer.ts";
import { serveRequests } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { UsageTracker } from "./usage-tracker.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";
import type { AccountCache } from "./account-cache.ts";
import type { AccountRecord } from "./account-record.ts";

export interface QuotaServiceDependencies {
  nats: Nats;
  jobs: JobCache;
  accounts: AccountCache;
  statusWriter: StatusWriter<Account>;
  clock: Clock;
  log: Logger;
}

/** Well below the shortest life of a finished job, so that none is deleted before it is written down. */
const writeEveryMilliseconds = 15_000;
/** By then every job of a moment has been seen, unless the clocks of API server and controller differ by more. */
const settledAfterMilliseconds = 15_000;

/**
 * Where the leader says whether an account may have one more job, and writes down what it has used. One place decides, so it
 * does not matter how many gateways there are.
 */
export class QuotaService {
  readonly #dependencies: QuotaServiceDependencies;
  readonly #ledger = new UsageTracker();
  readonly #writing: PeriodicTask;

  constructor(dependencies: QuotaServiceDependencies) {
    const { clock, log } = dependencies;
    this.#dependencies = dependencies;
    this.#writing = new PeriodicTask({
      name: "writing of accounts' usage",
      pauseMilliseconds: writeEveryMilliseconds,
      clock,
      log,
      work: (signal) => this.#writeUsage(signal),
    });
  }

  /** Answers until the signal ends it. */
  async run(signal: AbortSignal): Promise<void> {
    const { nats, jobs, accounts } = this.#dependencies;
    const ended = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => ended.resolve(), { once: true });
    await Promise.race([accounts.synced.catch(() => undefined), ended.promise]);
    if (signal.aborted) return;
    this.#openAll();
    const ends = [
      jobs.onChange((_key, { kind, record }) => {
        if (kind === "Set") this.#ledger.observe(record, this.#dependencies.clock.now());
        else this.#ledger.forget(record);
      }),
      accounts.onChange((_key, { kind, record }) => {
        if (kind === "Deleted") this.#ledger.close(record.name);
        else if (!this.#ledger.has(record.name)) this.#open(record);
      }),
      serveRequests(nats, subjects.ask.admission, askQueue, async (body) =>
        this.#admit(parseAdmissionQuestion(body)),
      ),
    ];
    try {
      await this.#writing.run(signal);
    } finally {
      for (const end of ends) end();
      for (const { name } of accounts.records()) this.#ledger.close(name);
    }
  }

  #openAll(): void {
    const { jobs, accounts, clock } = this.#dependencies;
    const now = clock.now();
    for (const { name, usage } of accounts.records()) this.#ledger.open(name, usage, now);
    for (const job of jobs.records()) this.#ledger.observe(job, now);
  }

  #open({ name, usage }: Pick<AccountRecord, "name" | "usage">): void {
    const { jobs, clock } = this.#dependencies;
    const now = clock.now();
    this.#ledger.open(name, usage, now);
    for (const job of jobs.records()) if (job.account === name) this.#ledger.observe(job, now);
  }

  #admit({ account, job, limits }: AdmissionQuestion): AdmissionAnswer {
    const { jobs, clock } = this.#dependencies;
    const key = keyOf(job);
    const now = clock.now();
    const nowMonotonic = clock.monotonicMilliseconds();
    // A call whose idempotency key names a job that is there makes no new one.
    const isThere = jobs.get(key)?.account === account;
    if (isThere || this.#ledger.isReserved(account, key, nowMonotonic)) return { kind: "Admitted" };
    // A gateway may have heard of a new account first.
    if (!this.#ledger.has(account)) this.#open({ name: account, usage: undefined });
    const limit = this.#limitReached(account, limits, now, nowMonotonic);
    switch (limit) {
      case undefined:
        this.#ledger.reserve(account, key, now, nowMonotonic);
        return { kind: "Admitted" };
      case "RequestsPerMinute":
        return { kind: "Refused", limit, retryAfterSeconds: secondsToNextMinute(now) };
      case "RequestsPerMonth":
        return { kind: "Refused", limit, retryAfterSeconds: secondsToNextMonth(now) };
      case "ConcurrentJobs":
        return { kind: "Refused", limit };
    }
  }

  /** The first limit that leaves no place for one more job. */
  #limitReached(
    account: string,
    limits: AdmissionQuestion["limits"],
    now: number,
    nowMonotonic: number,
  ): Extract<AdmissionAnswer, { kind: "Refused" }>["limit"] | undefined {
    const { requestsPerMinute = Infinity, requestsPerMonth = Infinity } = limits;
    const { concurrentJobs = Infinity } = limits;
    if (this.#ledger.startedThisMinute(account, now) >= requestsPerMinute)
      return "RequestsPerMinute";
    if (this.#ledger.usedThisMonth(account, now, nowMonotonic) >= requestsPerMonth)
      return "RequestsPerMonth";
    if (this.#ledger.concurrentJobs(account, nowMonotonic) >= concurrentJobs)
      return "ConcurrentJobs";
    return undefined;
  }

  async #writeUsage(signal: AbortSignal): Promise<void> {
    const { accounts, statusWriter, clock } = this.#dependencies;
    const until = Math.floor((clock.now() - settledAfterMilliseconds) / 1000) * 1000;
    for (const record of [...accounts.records()]) {
      // Another leader was here meanwhile.
      if (this.#ledger.isBehind(record.name, record.usage)) this.#open(record);
      const count = this.#ledger.due(record.name, until, clock.now());
      if (count === undefined) continue;
      const status = { usage: usageOf(count) };
      const written = await statusWriter.write(record, record.resourceVersion, status, signal);
      if (written.kind === "Written") this.#ledger.written(record.name, count);
      if (written.kind === "Refused")
        this.#dependencies.log.error(
          { account: record.name, cause: written.message },
          "The API server refused the status of an Account; its CRD does not fit this controller",
        );
    }
  }
}

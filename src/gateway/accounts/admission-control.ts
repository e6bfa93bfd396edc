import {
  parseAdmissionAnswer,
  type AdmissionAnswer,
  type AdmissionQuestion,
} from "../../api/messages/admission-messages.ts";
import { parseLoadReport, type LoadReport } from "../../api/messages/load-report.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { amount } from "../take/counted-noun.ts";
import { TakeError } from "../../core/take/take-error.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Publisher, Unsubscribe } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import { capacityProblem } from "./capacity-policy.ts";
import { askLeader } from "./ask-leader.ts";
import type { KnownAccount } from "./account-directory.ts";
import type { BucketMonitor } from "../take/bucket-monitor.ts";
import type { JobName } from "../take/job-builder.ts";

interface AdmissionControlDependencies {
  nats: Nats;
  publisher: Publisher;
  bucketMonitor: BucketMonitor;
  clock: Clock;
}

/** An older one says nothing of the object store: there is no leader, and jobs are queued until there is one. */
const maxReportAgeMilliseconds = 30_000;
/**
 * Pauses between requests while the account has reached a limit because of its unfinished jobs. A call is answered before the final status of its
 * job is written, so a caller that makes one call after the other would otherwise be refused because of its previous call.
 */
const pausesMilliseconds = [50, 100, 200, 400, 800, 1600, 1600];
const retryAfterSeconds = 10;
/** Shorter absences, such as a restart, end before most callers give up. */
const storeAwaySecondsBeforeRefusing = 10;

/** Decides whether a call may create a job: the bucket exists, the installation has capacity, and the account is within its limits. */
export class AdmissionControl implements Runnable {
  readonly name = "admission control";
  readonly #dependencies: AdmissionControlDependencies;
  #report: (LoadReport & { receivedAtMilliseconds: number }) | undefined;
  /** By namespace. */
  #admittedSinceReport = new Map<string, number>();
  #unsubscribe: Unsubscribe | undefined;

  constructor(dependencies: AdmissionControlDependencies) {
    this.#dependencies = dependencies;
  }

  async start(): Promise<void> {
    const { publisher, clock } = this.#dependencies;
    this.#unsubscribe = publisher.subscribe(subjects.load, ({ body }) => {
      const report = parseLoadReport(body);
      this.#report = { ...report, receivedAtMilliseconds: clock.monotonicMilliseconds() };
      this.#admittedSinceReport = new Map();
    });
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
  }

  /**
   * Admits a job before it is created; admitting the same job again does not count it twice.
   * @throws TakeError invalid_storage_configuration, temporary_unavailable, concurrency_limit_reached or
   *   screenshots_limit_reached
   */
  async admit(account: KnownAccount, job: JobName, signal: AbortSignal): Promise<void> {
    this.#dependencies.bucketMonitor.throwIfMissing();
    this.#refuseAtCapacity(job.namespace);
    const limits = account.spec.limits ?? {};
    if (Object.keys(limits).length > 0) {
      const answer = await this.#requestPatiently({ account: account.name, job, limits }, signal);
      if (answer.kind === "Refused") throw refusal(answer, limits);
    }
    const admitted = this.#admittedSinceReport;
    admitted.set(job.namespace, (admitted.get(job.namespace) ?? 0) + 1);
  }

  /**
   * Refuses a call that would wait for its picture while nothing is captured. A short absence is waited for, within the call's own time.
   * @throws TakeError temporary_unavailable
   */
  refuseWhileStoreIsAway(): void {
    const { storeAwaySeconds = 0 } = this.#freshReport() ?? {};
    if (storeAwaySeconds < storeAwaySecondsBeforeRefusing) return;
    throw new TakeError("temporary_unavailable", {
      message:
        "The object store does not answer, so no picture can be taken now; send the request again later, or with async=true, which waits",
      reason: "StorageUnavailable",
      retryAfterSeconds,
    });
  }

  #freshReport(): LoadReport | undefined {
    const report = this.#report;
    if (report === undefined) return undefined;
    const age = this.#dependencies.clock.monotonicMilliseconds() - report.receivedAtMilliseconds;
    return age > maxReportAgeMilliseconds ? undefined : report;
  }

  /** Without a leader the last report holds: no job ends meanwhile. */
  #refuseAtCapacity(namespace: string): void {
    const message =
      this.#report && capacityProblem(this.#report, this.#admittedSinceReport, namespace);
    if (message !== undefined)
      throw new TakeError("temporary_unavailable", { message, retryAfterSeconds });
  }

  async #requestPatiently(
    question: AdmissionQuestion,
    signal: AbortSignal,
  ): Promise<AdmissionAnswer> {
    try {
      for (const pauseMilliseconds of pausesMilliseconds) {
        const answer = await this.#request(question, signal);
        if (answer.kind === "Admitted" || !isPassing(answer)) return answer;
        await this.#dependencies.clock.sleep(pauseMilliseconds, signal);
      }
      return await this.#request(question, signal);
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
      throw new TakeError("request_aborted", {
        message: "The caller disconnected",
        reason: "Cancelled",
      });
    }
  }

  async #request(question: AdmissionQuestion, signal: AbortSignal): Promise<AdmissionAnswer> {
    const subject = subjects.ask.admission;
    const needed = "The limits of the account";
    return parseAdmissionAnswer(
      await askLeader(this.#dependencies.nats, { subject, question, needed, signal }),
    );
  }
}

type Refused = Extract<AdmissionAnswer, { kind: "Refused" }>;

/** Whether the end of a job may change the answer. */
function isPassing(answer: Refused): boolean {
  return answer.limit === "ConcurrentJobs" || answer.mayPass === true;
}

const endsMayFree =
  "some have not ended, and those that fail do not count, so send the request again when they have";

function refusal(answer: Refused, limits: AdmissionQuestion["limits"]): TakeError {
  switch (answer.limit) {
    case "RequestsPerMinute":
      return new TakeError("concurrency_limit_reached", {
        message: `Limit of ${amount(limits.requestsPerMinute ?? 0, "request")} per minute reached; it resets at the next minute`,
        retryAfterSeconds: answer.retryAfterSeconds,
      });
    case "RequestsPerMonth":
      return new TakeError("screenshots_limit_reached", {
        message: `Monthly limit of ${amount(limits.requestsPerMonth ?? 0, "request")} reached; ${answer.mayPass === true ? endsMayFree : "it resets on the 1st (UTC)"}`,
        retryAfterSeconds: answer.retryAfterSeconds,
      });
    case "ConcurrentJobs":
      return new TakeError("concurrency_limit_reached", {
        message: `Limit of ${amount(limits.concurrentJobs ?? 0, "unfinished job")} reached; send the request again when a job has finished`,
        retryAfterSeconds: 1,
      });
  }
}

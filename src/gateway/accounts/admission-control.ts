import { setTimeout as sleep } from "node:timers/promises";
import {
  parseAdmissionAnswer,
  parseLoadReport,
  type AdmissionAnswer,
  type AdmissionQuestion,
  type LoadReport,
} from "../../api/messages/admission-messages.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { amount } from "../take/amount.ts";
import { TakeError } from "../../core/take/take-error.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Publisher, Unsubscribe } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { KnownAccount } from "./account-directory.ts";
import type { BucketWatch } from "../take/bucket-watch.ts";
import type { JobName } from "../take/job-builder.ts";

export interface AdmissionControlOptions {
  nats: Nats;
  publisher: Publisher;
  bucket: BucketWatch;
  clock: Clock;
}

/** A new leader is there within that time. */
const askTimeoutMilliseconds = 20_000;
/** What was reported longer ago says nothing: there is no leader, and jobs wait for one. */
const reportLifeMilliseconds = 30_000;
/**
 * A picture is answered before its job's end is written. A caller that makes one request after the other must not be told that
 * the one before is unfinished.
 */
const pausesMilliseconds = [50, 100, 200, 400, 800, 1600, 1600];
const fullRetryAfterSeconds = 10;

/** Whether there may be one more job: with what there is to store it in, for the whole system, and for an account with limits on its jobs. */
export class AdmissionControl implements Runnable {
  readonly name = "doorkeeper";
  readonly #parts: AdmissionControlOptions;
  #report: (LoadReport & { heardAtMilliseconds: number }) | undefined;
  #madeSince = 0;
  #unsubscribe: Unsubscribe | undefined;

  constructor(parts: AdmissionControlOptions) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { publisher, clock } = this.#parts;
    this.#unsubscribe = publisher.subscribe(subjects.load, ({ body }) => {
      const report = parseLoadReport(body);
      this.#report = { ...report, heardAtMilliseconds: clock.monotonicMilliseconds() };
      this.#madeSince = 0;
    });
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
  }

  /**
   * Lets a job in that is about to be made. One that is there already takes no other place.
   * @throws TakeError invalid_storage_configuration, temporary_unavailable, concurrency_limit_reached or
   *   screenshots_limit_reached
   */
  async admit(account: KnownAccount, job: JobName, signal: AbortSignal): Promise<void> {
    this.#parts.bucket.check();
    this.#refuseWhenFull();
    const limits = account.spec.limits ?? {};
    if (Object.keys(limits).length > 0) {
      const question = { account: account.name, job, limits };
      const answer = await this.#askPatiently(question, signal).catch((thrown: unknown) => {
        if (!signal.aborted) throw thrown;
        throw new TakeError("request_aborted", {
          message: "The caller hung up",
          reason: "Cancelled",
        });
      });
      if (answer.kind === "Refused") throw refusal(answer, limits);
    }
    this.#madeSince += 1;
  }

  #refuseWhenFull(): void {
    const report = this.#report;
    if (report === undefined) return;
    const age = this.#parts.clock.monotonicMilliseconds() - report.heardAtMilliseconds;
    if (age > reportLifeMilliseconds) return;
    if (report.liveJobs + this.#madeSince < report.maxLiveJobs) return;
    throw new TakeError("temporary_unavailable", {
      message: `There are ${report.maxLiveJobs} jobs, which is all that Stills takes on; send the request again later`,
      retryAfterSeconds: fullRetryAfterSeconds,
    });
  }

  async #askPatiently(question: AdmissionQuestion, signal: AbortSignal): Promise<AdmissionAnswer> {
    for (const pauseMilliseconds of pausesMilliseconds) {
      const answer = await this.#ask(question, signal);
      if (answer.kind === "Admitted" || answer.limit !== "ConcurrentJobs") return answer;
      await sleep(pauseMilliseconds, undefined, { signal, ref: false });
    }
    return await this.#ask(question, signal);
  }

  async #ask(question: AdmissionQuestion, signal: AbortSignal): Promise<AdmissionAnswer> {
    try {
      const timeoutMilliseconds = askTimeoutMilliseconds;
      const options = { timeoutMilliseconds, signal };
      return parseAdmissionAnswer(
        await sendRequest(this.#parts.nats, subjects.ask.admission, question, options),
      );
    } catch (thrown) {
      if (!(thrown instanceof Failure) || thrown.reason !== "InternalError") throw thrown;
      throw new TakeError("temporary_unavailable", {
        message:
          "The limits of the account cannot be checked now, since no controller answers; send the request again",
        retryAfterSeconds: fullRetryAfterSeconds,
      });
    }
  }
}

function refusal(
  answer: Extract<AdmissionAnswer, { kind: "Refused" }>,
  limits: AdmissionQuestion["limits"],
): TakeError {
  switch (answer.limit) {
    case "RequestsPerMinute":
      return new TakeError("concurrency_limit_reached", {
        message: `The account may start ${amount(limits.requestsPerMinute ?? 0, "request")} a minute; the next minute begins soon`,
        retryAfterSeconds: answer.retryAfterSeconds,
      });
    case "RequestsPerMonth":
      return new TakeError("screenshots_limit_reached", {
        message: `The account may start ${amount(limits.requestsPerMonth ?? 0, "request")} a month (UTC), and has done so`,
        retryAfterSeconds: answer.retryAfterSeconds,
      });
    case "ConcurrentJobs":
      return new TakeError("concurrency_limit_reached", {
        message: `The account may have ${amount(limits.concurrentJobs ?? 0, "unfinished job")} at a time, and has as many; send the request again when one has ended`,
        retryAfterSeconds: 1,
      });
  }
}

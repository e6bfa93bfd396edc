import { Failure } from "../../api/reasons/failure.ts";
import { reasonEntry } from "../../api/reasons/reasons.ts";
import type { CaptureOutcome, CaptureResult } from "../../api/messages/capture-messages.ts";
import { planResult } from "./result-plan.ts";
import type { ResultPlan } from "./result-plan.ts";
import type { JobRecord } from "./job-record.ts";
import type { JobEnding } from "./job-status.ts";
import type { StatusWrite } from "../../platform/kube/status-writer.ts";
import type { ObjectStore } from "../../platform/objects/store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { isArtifactOf, settleLocation } from "./artifact-location.ts";
import type { JobReader } from "./job-reader.ts";
import type { ResultOutcome } from "../metrics.ts";
import { jobLogFields } from "./job-log-fields.ts";
import type { StatusUpdates } from "./status-updates.ts";

/** Is told about applied results. */
export interface ResultSubscriber {
  finished(record: JobRecord): void;
  retrying(record: JobRecord, backoffUntilMilliseconds: number): void;
  returned(record: JobRecord): void;
  /** The API server's validation refused the status. */
  refused(record: JobRecord): void;
}

export interface ResultApplierDependencies {
  jobReader: JobReader;
  statusUpdates: StatusUpdates;
  objectStore: ObjectStore;
  clock: Clock;
  log: Logger;
  random(): number;
}

/** The cache may be behind by a write or two; after that the API server is asked, so more rounds mean real contention. */
const mostRounds = 6;

/**
 * Brings one result into its job's status, in whatever order and however often results come, on any replica. The token of
 * the result was checked before. Throws when it could not be done now: the result must come again.
 */
export class ResultApplier {
  readonly #dependencies: ResultApplierDependencies;
  #subscriber: ResultSubscriber | undefined;

  constructor(dependencies: ResultApplierDependencies) {
    this.#dependencies = dependencies;
  }

  /** Only the leader subscribes. Returns the function that ends the subscription. */
  subscribe(subscriber: ResultSubscriber): () => void {
    this.#subscriber = subscriber;
    return () => (this.#subscriber = undefined);
  }

  async apply(result: CaptureResult, signal: AbortSignal): Promise<ResultOutcome> {
    const { jobReader } = this.#dependencies;
    for (let round = 0; round < mostRounds; round += 1) {
      const record =
        round === 0
          ? await jobReader.recordOf(result.job, signal)
          : await jobReader.latestRecordOf(result.job, signal);
      if (record === undefined) return "Gone";
      const applied = await this.#applyTo(record, result, signal);
      if (applied !== "Conflict") return applied;
    }
    throw new Failure("InternalError", {
      message: "The job changed each time its result was to be written",
    });
  }

  async #applyTo(
    record: JobRecord,
    result: CaptureResult,
    signal: AbortSignal,
  ): Promise<ResultOutcome | "Conflict"> {
    const outcome = this.#trusted(result);
    const circumstances = {
      now: this.#dependencies.clock.now(),
      jitter: this.#dependencies.random(),
    };
    const plan = planResult(record, { attempt: result.attempt, outcome }, circumstances);
    switch (plan.kind) {
      case "Ignore":
        return "Ignored";
      case "DispatchAgain":
        this.#subscriber?.returned(record);
        return "DispatchedAgain";
      case "Finish":
        return await this.#finish(record, plan.ending, signal);
      case "Retry":
        return await this.#retry(record, plan, signal);
    }
  }

  /** A picture in a place that is not this attempt's is none. */
  #trusted(result: CaptureResult): CaptureOutcome {
    const { job, attempt, outcome } = result;
    if (outcome.kind !== "Captured") return outcome;
    if (isArtifactOf(job, attempt, outcome.artifact, this.#dependencies.objectStore.bucket))
      return outcome;
    this.#dependencies.log.error(
      { ...jobLogFields(job), attempt, worker: result.worker },
      "A worker named an object that is not its attempt's",
    );
    return {
      kind: "Failed",
      reason: "RequestMalformed",
      message: "The worker named an object that is not this attempt's",
    };
  }

  async #finish(
    record: JobRecord,
    ending: JobEnding,
    signal: AbortSignal,
  ): Promise<ResultOutcome | "Conflict"> {
    const located = await this.#located(record, ending, signal);
    const written = await this.#dependencies.statusUpdates.finish(record, located, signal);
    if (written.kind === "Written") this.#subscriber?.finished(record);
    if (written.kind === "Refused") this.#subscriber?.refused(record);
    return outcomeOf(written, "Finished");
  }

  async #located(record: JobRecord, ending: JobEnding, signal: AbortSignal): Promise<JobEnding> {
    if (ending.artifact === undefined) return ending;
    try {
      const location = await settleLocation(this.#dependencies, record, ending.artifact, signal);
      return { ...ending, location };
    } catch (thrown) {
      if (!(thrown instanceof Failure) || reasonEntry(thrown.reason).retry !== "never")
        throw thrown;
      const { reason, message } = thrown;
      return { succeeded: false, reason, message, attempts: ending.attempts };
    }
  }

  async #retry(
    record: JobRecord,
    plan: Extract<ResultPlan, { kind: "Retry" }>,
    signal: AbortSignal,
  ): Promise<ResultOutcome | "Conflict"> {
    const written = await this.#dependencies.statusUpdates.progress(record, plan.progress, signal);
    if (written.kind === "Written")
      this.#subscriber?.retrying(record, plan.backoffUntilMilliseconds);
    if (written.kind === "Refused") this.#subscriber?.refused(record);
    return outcomeOf(written, "Retried");
  }
}

function outcomeOf(written: StatusWrite, done: ResultOutcome): ResultOutcome | "Conflict" {
  return written.kind === "Written" ? done : written.kind;
}

import { Failure } from "../../api/reasons/failure.ts";
import { isRetried } from "../../api/reasons/reasons.ts";
import type { CaptureOutcome, CaptureResult } from "../../api/messages/capture-result.ts";
import { planResult } from "./result-plan.ts";
import type { ResultPlan } from "./result-plan.ts";
import { isFinished } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";
import type { JobEnding } from "./job-status.ts";
import type { StatusWrite } from "../../platform/kube/status-writer.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { isArtifactOf, resolveLocation } from "./artifact-location.ts";
import type { JobReader } from "./job-reader.ts";
import type { ResultOutcome } from "../metrics.ts";
import { jobLogFields } from "./job-log-fields.ts";
import type { PictureCache } from "./picture-cache.ts";
import type { JobStatusWriter } from "./job-status-writer.ts";

/** Gets called after a result was applied. */
export interface ResultSubscriber {
  finished(record: JobRecord): void;
  retrying(record: JobRecord, backoffUntilMilliseconds: number): void;
  returned(record: JobRecord): void;
  /** The API server's validation refused the status. */
  refused(record: JobRecord): void;
}

interface ResultApplierDependencies {
  jobReader: JobReader;
  jobStatusWriter: JobStatusWriter;
  objectStore: ObjectStore;
  pictureCache: Pick<PictureCache, "withCopy">;
  clock: Clock;
  log: Logger;
  random(): number;
}

/** The first round reads the cache, which may be stale; the others read the API server, so more rounds mean contention. */
const maxRounds = 6;

/** Writes a result to the status of its job. Safe in any order, on any replica and when repeated. */
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

  /** Whether applying the result begins with a copy in the object store, which may take long. */
  async needsCopy({ job, outcome }: CaptureResult, signal: AbortSignal): Promise<boolean> {
    if (outcome.kind !== "Captured") return false;
    const record = await this.#dependencies.jobReader.recordOf(job, signal);
    if (record === undefined || isFinished(record)) return false;
    return record.wantsCopy || record.wantsCaching;
  }

  /**
   * Applies a result whose token was checked.
   *
   * @throws KubeError or Failure when the result has to be delivered again.
   */
  async apply(result: CaptureResult, signal: AbortSignal): Promise<ResultOutcome> {
    const { jobReader } = this.#dependencies;
    for (let round = 0; round < maxRounds; round += 1) {
      const record =
        round === 0
          ? await jobReader.recordOf(result.job, signal)
          : await jobReader.latestRecordOf(result.job, signal);
      if (record === undefined) return "Gone";
      const applied = await this.#applyTo(record, result, signal);
      if (applied !== "Conflict") return applied;
    }
    throw new Failure("InternalError", {
      message: "The job changed each time its result was written",
    });
  }

  async #applyTo(
    record: JobRecord,
    result: CaptureResult,
    signal: AbortSignal,
  ): Promise<ResultOutcome | "Conflict"> {
    const outcome = this.#checkedOutcome(result);
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

  /** The outcome, or a failure in its place when the worker names an object of another attempt. */
  #checkedOutcome(result: CaptureResult): CaptureOutcome {
    const { job, attempt, outcome } = result;
    if (outcome.kind !== "Captured") return outcome;
    if (isArtifactOf(job, attempt, outcome.artifact, this.#dependencies.objectStore.bucket))
      return outcome;
    this.#dependencies.log.error(
      { ...jobLogFields(job), attempt, worker: result.worker },
      "Worker named an object of another attempt",
    );
    return {
      kind: "Failed",
      reason: "RequestMalformed",
      message: "The worker named an object of another attempt",
    };
  }

  async #finish(
    record: JobRecord,
    ending: JobEnding,
    signal: AbortSignal,
  ): Promise<ResultOutcome | "Conflict"> {
    const located = await this.#withLocation(record, ending, signal);
    const { jobStatusWriter, pictureCache } = this.#dependencies;
    const cached = await pictureCache.withCopy(record, located, signal);
    const written = await jobStatusWriter.finish(record, cached, signal);
    if (written.kind === "Written") this.#subscriber?.finished(record);
    if (written.kind === "Refused") this.#subscriber?.refused(record);
    return outcomeOf(written, "Finished");
  }

  async #withLocation(
    record: JobRecord,
    ending: JobEnding,
    signal: AbortSignal,
  ): Promise<JobEnding> {
    if (ending.artifact === undefined) return ending;
    try {
      const location = await resolveLocation(this.#dependencies, record, ending.artifact, signal);
      return { ...ending, location };
    } catch (thrown) {
      if (!(thrown instanceof Failure) || isRetried(thrown.reason)) throw thrown;
      const { reason, message } = thrown;
      return { succeeded: false, reason, message, attempts: ending.attempts };
    }
  }

  async #retry(
    record: JobRecord,
    plan: Extract<ResultPlan, { kind: "Retry" }>,
    signal: AbortSignal,
  ): Promise<ResultOutcome | "Conflict"> {
    const written = await this.#dependencies.jobStatusWriter.progress(
      record,
      plan.progress,
      signal,
    );
    if (written.kind === "Written")
      this.#subscriber?.retrying(record, plan.backoffUntilMilliseconds);
    if (written.kind === "Refused") this.#subscriber?.refused(record);
    return outcomeOf(written, "Retried");
  }
}

function outcomeOf(written: StatusWrite, done: ResultOutcome): ResultOutcome | "Conflict" {
  return written.kind === "Written" ? done : written.kind;
}

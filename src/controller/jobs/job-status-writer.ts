import { apiVersion } from "../../api/settings/kubernetes-names.ts";
import type { DeliveryOutcome } from "../../api/messages/delivery-messages.ts";
import type { Reason } from "../../api/reasons/reasons.ts";
import { subjects } from "../../api/messages/subjects.ts";
import type { Verdict } from "../../api/messages/verdict.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { notifiedConditions } from "../webhooks/delivery-status.ts";
import { projectJob } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";
import { jobLogFields } from "./job-log-fields.ts";
import { finishedStatus, progressStatus } from "./job-status.ts";
import type { JobEnding, JobProgress, JobStatusPatch } from "./job-status.ts";
import type { EventRecorder } from "../../platform/kube/event-recorder.ts";
import type { StatusWrite, StatusWriter } from "../../platform/kube/status-writer.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { ControllerMetrics } from "../metrics.ts";

interface JobStatusWriterDependencies {
  statusWriter: StatusWriter<ScreenshotJob>;
  publisher: Publisher;
  events: EventRecorder;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
}

/**
 * The only writer of the status of jobs: compare-and-swap, and what follows a written outcome (verdict, Event, metric, log
 * line). `Conflict` means that the job has changed since it was read: read it and plan again.
 */
export class JobStatusWriter {
  readonly #dependencies: JobStatusWriterDependencies;

  constructor(dependencies: JobStatusWriterDependencies) {
    this.#dependencies = dependencies;
  }

  /** Ends a job. */
  async finish(record: JobRecord, ending: JobEnding, signal: AbortSignal): Promise<StatusWrite> {
    const now = this.#dependencies.clock.now();
    const written = await this.#write(record, finishedStatus(record, ending, now), signal);
    if (written.kind !== "Written") return written;
    const durationSeconds = Math.max(0, now - record.createdMilliseconds) / 1000;
    this.#dependencies.metrics.jobFinished(ending.succeeded, ending.reason, durationSeconds);
    this.#dependencies.log.info(
      {
        ...jobLogFields(record),
        reason: ending.reason,
        attempts: ending.attempts,
        durationSeconds,
      },
      "Finished ScreenshotJob",
    );
    this.#sendVerdict(record, ending);
    if (!ending.succeeded && ending.reason !== "Cancelled")
      this.#recordEvent(record, { ...ending, action: "Capture" });
    return written;
  }

  /** Writes the outcome of the webhook; `Ignored` when it was written before. */
  async notified(
    job: ScreenshotJob,
    outcome: { delivery: DeliveryOutcome; message: string },
    signal: AbortSignal,
  ): Promise<StatusWrite | { kind: "Ignored" }> {
    const conditions = notifiedConditions(job, outcome, this.#dependencies.clock.now());
    if (conditions === undefined) return { kind: "Ignored" };
    const record = projectJob(job);
    const written = await this.#write(record, { conditions }, signal);
    if (written.kind !== "Written") return written;
    const { delivery, message } = outcome;
    this.#dependencies.metrics.deliveriesFinished.increment({ outcome: delivery });
    this.#dependencies.log.info({ ...jobLogFields(record), reason: delivery }, "Finished webhook");
    if (delivery !== "Delivered")
      this.#recordEvent(record, { reason: delivery, message, action: "Notify" });
    return written;
  }

  /** Writes what an unfinished job does. */
  async progress(
    record: JobRecord,
    progress: JobProgress,
    signal: AbortSignal,
  ): Promise<StatusWrite> {
    const now = this.#dependencies.clock.now();
    const written = await this.#write(record, progressStatus(record, progress, now), signal);
    if (written.kind === "Written" && progress.reason === "BackingOff")
      this.#dependencies.log.info(
        { ...jobLogFields(record), attempt: progress.attempts, cause: progress.message },
        "Scheduled next attempt",
      );
    return written;
  }

  async #write(
    record: JobRecord,
    status: JobStatusPatch,
    signal: AbortSignal,
  ): Promise<StatusWrite> {
    const written = await this.#dependencies.statusWriter.write(
      record,
      record.resourceVersion,
      status,
      signal,
    );
    if (written.kind === "Refused") {
      this.#dependencies.metrics.statusRefused.increment();
      this.#dependencies.log.error(
        { ...jobLogFields(record), cause: written.message },
        "The API server refused the status of a ScreenshotJob; its CRD does not fit this controller",
      );
    }
    return written;
  }

  /** At most once: a gateway that waits for the verdict also polls the job. */
  #sendVerdict(record: JobRecord, ending: JobEnding): void {
    const { uid, namespace, name } = record;
    const verdict: Verdict = {
      job: { namespace, name, uid },
      succeeded: ending.succeeded,
      reason: ending.reason,
    };
    try {
      this.#dependencies.publisher.send(subjects.verdict(uid), verdict);
    } catch (err) {
      this.#dependencies.log.debug({ ...jobLogFields(record), err }, "Could not send verdict");
    }
  }

  #recordEvent(
    record: JobRecord,
    { reason, message, action }: { reason: Reason; message: string; action: string },
  ): void {
    const { uid, namespace, name } = record;
    this.#dependencies.events.record({
      regarding: { apiVersion, kind: "ScreenshotJob", namespace, name, uid },
      type: "Warning",
      reason,
      action,
      note: message,
    });
  }
}

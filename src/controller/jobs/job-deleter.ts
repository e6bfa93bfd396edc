import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import type { CallRecorder } from "./call-recorder.ts";
import type { JobRecord } from "./job-record.ts";
import { isConflict, isNotFound } from "../../platform/kube/kube-error.ts";
import { keyOf } from "../../platform/kube/object-key.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { RequeuePort } from "../requeue-port.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { jobLogFields } from "./job-log-fields.ts";

interface JobDeleterDependencies {
  client: ResourceClient<ScreenshotJob>;
  callRecorder: CallRecorder;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
  jobQueue: RequeuePort;
}

/** Twice the rate at which jobs are created for long, so that a backlog shrinks, but a small load for the API server. */
const deletesPerSecond = 200;
const roundsPerSecond = 10;
const requeueMilliseconds = 5_000;

/** Deletes finished jobs at a limited rate. */
export class JobDeleter {
  readonly #dependencies: JobDeleterDependencies;
  readonly #expired = new Map<string, JobRecord>();
  /** Wakes the loop that waits for something to delete. */
  #wake: () => void = () => undefined;

  constructor(dependencies: JobDeleterDependencies) {
    this.#dependencies = dependencies;
  }

  /** Schedules a job for deletion. Adding it twice changes nothing. */
  add(record: JobRecord): void {
    this.#expired.set(record.uid, record);
    this.#wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#dependencies;
    signal.addEventListener("abort", () => this.#wake(), { once: true });
    while (!signal.aborted) {
      if (this.#expired.size === 0) await this.#added(signal);
      const roundEnds = clock.sleep(1000 / roundsPerSecond, signal).catch(() => undefined);
      const round = [...this.#expired.values().take(deletesPerSecond / roundsPerSecond)];
      await Promise.all(round.map((record) => this.#delete(record, signal)));
      await roundEnds;
    }
  }

  /** Resolves when there is something to delete, or when the signal aborts. */
  async #added(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (this.#expired.size === 0 && !signal.aborted) await promise;
  }

  async #delete(record: JobRecord, signal: AbortSignal): Promise<void> {
    const { uid, namespace, name } = record;
    try {
      await this.#dependencies.callRecorder.record(record, signal);
      await this.#dependencies.client.delete({ namespace, name }, { uid, signal });
      this.#dependencies.metrics.deleted.increment();
    } catch (err) {
      // It was deleted already, or another job has its name now.
      if (isNotFound(err) || isConflict(err) || signal.aborted) return;
      this.#dependencies.log.warn(
        { ...jobLogFields(record), err },
        "Could not delete ScreenshotJob",
      );
      this.#dependencies.jobQueue.addAfter(keyOf(record), requeueMilliseconds);
    } finally {
      this.#expired.delete(uid);
    }
  }
}

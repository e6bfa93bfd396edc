import { parseCallRecord, rememberedSeconds } from "../../api/messages/call-record.ts";
import { keptJobBytes } from "../../api/messages/kept-job.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { isKeyedJobName } from "../../core/storage/keyed-job-name.ts";
import { callRecordKey } from "../../core/storage/object-keys.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { expiryMilliseconds } from "./expiry-plan.ts";
import type { JobReader } from "./job-reader.ts";
import type { JobRecord } from "./job-record.ts";

interface CallRecorderDependencies {
  jobReader: Pick<JobReader, "latestJob">;
  objectStore: Pick<ObjectStore, "get" | "put">;
  clock: Clock;
}

/** So long the deletion of a job waits for the object store; then its key is forgotten. */
const longestWaitMilliseconds = 300_000;

/** Keeps what a repeated call with the same `Idempotency-Key` is answered with, before the job is deleted. */
export class CallRecorder {
  readonly #dependencies: CallRecorderDependencies;

  constructor(dependencies: CallRecorderDependencies) {
    this.#dependencies = dependencies;
  }

  /** Does nothing for a job of another kind of call. @throws KubeError or Failure when the deletion has to wait */
  async record(record: JobRecord, signal: AbortSignal): Promise<void> {
    if (record.account === undefined || !isKeyedJobName(record.name)) return;
    const { jobReader, clock } = this.#dependencies;
    try {
      const job = await jobReader.latestJob(record, signal);
      if (job?.metadata.uid === record.uid && !(await this.#isRemembered(job, signal)))
        await this.#put(job, signal);
    } catch (thrown) {
      const waitsUntil = (expiryMilliseconds(record) ?? 0) + longestWaitMilliseconds;
      if (signal.aborted || clock.now() < waitsUntil) throw thrown;
    }
  }

  /** Whether an earlier job of the same call left its record: a gateway that found it late has cancelled this one. */
  async #isRemembered({ metadata }: ScreenshotJob, signal: AbortSignal): Promise<boolean> {
    const { objectStore, clock } = this.#dependencies;
    const stored = await objectStore.get(callRecordKey(metadata), { signal });
    if (stored === undefined) return false;
    const { job, expiresMilliseconds } = parseCallRecord(JSON.parse(stored.bytes.toString()));
    return job.metadata.uid !== metadata.uid && expiresMilliseconds > clock.now();
  }

  async #put(job: ScreenshotJob, signal: AbortSignal): Promise<void> {
    const { objectStore, clock } = this.#dependencies;
    await objectStore.put(
      callRecordKey(job.metadata),
      keptJobBytes(job, clock.now() + rememberedSeconds * 1000),
      { mediaType: "application/json" },
      { signal },
    );
  }
}

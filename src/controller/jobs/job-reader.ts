import type { JobIdentity } from "../../api/messages/capture-messages.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import type { JobCache } from "./job-cache.ts";
import { projectJob } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";
import { keyOf, nameOfKey } from "../../platform/kube/object-key.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import type { StatusWriter } from "../../platform/kube/status-writer.ts";
import type { RecentJobCache } from "./recent-job-cache.ts";

export interface JobReaderDependencies {
  cache: JobCache;
  client: ResourceClient<ScreenshotJob>;
  statusWriter: StatusWriter<ScreenshotJob>;
  recentJobs: RecentJobCache;
}

/** A cache that lags is ordinary; one that lags longer than this is not waited for. */
const staleLimitMilliseconds = 5_000;

/** Reads jobs: from the cache where that is good enough, from the API server where it is not. */
export class JobReader {
  readonly #dependencies: JobReaderDependencies;

  constructor(dependencies: JobReaderDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * The job as it is after everything this process has written about it: waits for the cache, at most five seconds, then
   * asks the API server. Undefined: there is none.
   */
  async currentRecord(key: ObjectKey, signal: AbortSignal): Promise<JobRecord | undefined> {
    const { cache, statusWriter } = this.#dependencies;
    const cached = cache.get(key);
    if (cached === undefined || statusWriter.isCurrent(cached.uid, cached.resourceVersion))
      return cached;
    const wanted = statusWriter.lastWritten(cached.uid);
    if (wanted === undefined) return cached;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(staleLimitMilliseconds)]);
    try {
      await cache.waitUntilAtLeast(key, wanted, limit);
      return cache.get(key);
    } catch {
      signal.throwIfAborted();
    }
    // A restored store counts lower than what was written before; what it says now is what counts.
    statusWriter.forget(cached.uid);
    return await this.latestRecord(key, signal);
  }

  /** As `current`, straight from the API server: the cache was just found to be behind. */
  async latestRecord(key: ObjectKey, signal: AbortSignal): Promise<JobRecord | undefined> {
    const job = await this.latestJob(nameOfKey(key), signal);
    return job === undefined ? undefined : projectJob(job);
  }

  /** The job of this uid as the cache has it or, if it has none, as the API server has it. May be behind. */
  async recordOf(job: JobIdentity, signal: AbortSignal): Promise<JobRecord | undefined> {
    const cached = this.#dependencies.cache.get(keyOf(job));
    return cached?.uid === job.uid ? cached : await this.latestRecordOf(job, signal);
  }

  /** The job of this uid as the API server has it now. */
  async latestRecordOf(job: JobIdentity, signal: AbortSignal): Promise<JobRecord | undefined> {
    const found = await this.latestJob(job, signal);
    return found?.metadata.uid === job.uid ? projectJob(found) : undefined;
  }

  /** The whole object, for an attempt that is to begin: as it just came in, or as the API server has it. */
  async jobToDispatch(key: ObjectKey, signal: AbortSignal): Promise<ScreenshotJob | undefined> {
    const { cache, statusWriter, recentJobs } = this.#dependencies;
    const cached = cache.get(key);
    const job = cached && recentJobs.pop(key, cached.resourceVersion);
    if (job !== undefined && statusWriter.isCurrent(job.metadata.uid, job.metadata.resourceVersion))
      return job;
    return await this.latestJob(nameOfKey(key), signal);
  }

  /** The whole object as the API server has it now; undefined if there is none of this name. */
  async latestJob(
    name: { namespace: string; name: string },
    signal: AbortSignal,
  ): Promise<ScreenshotJob | undefined> {
    const { namespace } = name;
    return await this.#dependencies.client.find({ namespace, name: name.name }, { signal });
  }
}

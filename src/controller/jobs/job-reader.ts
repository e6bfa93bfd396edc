import type { JobIdentity } from "../../api/messages/attempt-identity.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import type { JobCache } from "./job-cache.ts";
import type { JobRecord } from "./job-record.ts";
import { keyOf, nameOfKey } from "../../platform/kube/object-key.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import type { StatusWriter } from "../../platform/kube/status-writer.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { RecentJobCache } from "./recent-job-cache.ts";

interface JobReaderDependencies {
  cache: JobCache;
  client: ResourceClient<ScreenshotJob>;
  statusWriter: StatusWriter<ScreenshotJob>;
  recentJobs: RecentJobCache;
  /** What is kept of a job that was read. */
  project: (job: ScreenshotJob) => JobRecord;
  /** Of the installation. */
  className: string;
}

/** A cache usually lags for milliseconds; after this long the API server is read instead. */
const staleLimitMilliseconds = 5_000;

/** Reads jobs of the installation's class, and no others: from the cache where that is recent enough, and otherwise from the API server. */
export class JobReader {
  readonly #dependencies: JobReaderDependencies;

  constructor(dependencies: JobReaderDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * The job with everything that this process has written. Waits for the cache for at most five seconds, then reads the API
   * server. Undefined when there is no such job.
   */
  async currentRecord(key: ObjectKey, signal: AbortSignal): Promise<JobRecord | undefined> {
    const { cache, statusWriter } = this.#dependencies;
    const cached = cache.get(key);
    if (cached === undefined || statusWriter.isCurrent(cached.uid, cached.resourceVersion))
      return cached;
    const wanted = statusWriter.lastWritten(cached.uid);
    if (wanted === undefined) return cached;
    using deadline = new Deadline({ milliseconds: staleLimitMilliseconds, parents: [signal] });
    try {
      await cache.waitUntilAtLeast(key, wanted, deadline.signal);
      return cache.get(key);
    } catch {
      signal.throwIfAborted();
    }
    // An etcd restored from a backup has lower versions than what was written; the cache never reaches them.
    statusWriter.forget(cached.uid);
    return await this.latestRecord(key, signal);
  }

  /** The job as the API server has it now. */
  async latestRecord(key: ObjectKey, signal: AbortSignal): Promise<JobRecord | undefined> {
    const job = await this.latestJob(nameOfKey(key), signal);
    return job === undefined ? undefined : this.#dependencies.project(job);
  }

  /** The job with this uid: from the cache, which may be stale, or else from the API server. */
  async recordOf(job: JobIdentity, signal: AbortSignal): Promise<JobRecord | undefined> {
    const cached = this.#dependencies.cache.get(keyOf(job));
    return cached?.uid === job.uid ? cached : await this.latestRecordOf(job, signal);
  }

  /** The job with this uid as the API server has it now. */
  async latestRecordOf(job: JobIdentity, signal: AbortSignal): Promise<JobRecord | undefined> {
    const found = await this.latestJob(job, signal);
    return found?.metadata.uid === job.uid ? this.#dependencies.project(found) : undefined;
  }

  /** The whole object, for the next attempt: from the cache of recent jobs, or else from the API server. */
  async jobToDispatch(key: ObjectKey, signal: AbortSignal): Promise<ScreenshotJob | undefined> {
    const { cache, statusWriter, recentJobs } = this.#dependencies;
    const cached = cache.get(key);
    const job = cached && recentJobs.pop(key, cached.resourceVersion);
    if (job !== undefined && statusWriter.isCurrent(job.metadata.uid, job.metadata.resourceVersion))
      return job;
    return await this.latestJob(nameOfKey(key), signal);
  }

  /** The whole object as the API server has it now; undefined when there is no job with this name. */
  async latestJob(
    name: { namespace: string; name: string },
    signal: AbortSignal,
  ): Promise<ScreenshotJob | undefined> {
    const { namespace } = name;
    const { client, className } = this.#dependencies;
    const job = await client.find({ namespace, name: name.name }, { signal });
    // A name may belong to a job of another installation by now.
    return job?.spec.className === className ? job : undefined;
  }
}

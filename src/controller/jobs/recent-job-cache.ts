import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { keyOf } from "../../platform/kube/object-key.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";

/** Enough for a burst, at about 2 KiB each; jobs that wait longer are read again when they are dispatched. */
const maxJobs = 256;

/** The newest jobs as whole objects, from the watch: a job that is dispatched at once need not be read from the API server. */
export class RecentJobCache {
  readonly #jobs = new Map<ObjectKey, ScreenshotJob>();

  /** Called with every version of every job; keeps those without a status. */
  add(job: ScreenshotJob): void {
    const key = keyOf(job.metadata);
    this.#jobs.delete(key);
    if (job.status?.conditions !== undefined) return;
    this.#jobs.set(key, job);
    const [oldest] = this.#jobs.keys();
    if (this.#jobs.size > maxJobs && oldest !== undefined) this.#jobs.delete(oldest);
  }

  /** Removes and returns the job; undefined when it is not here in this version. */
  pop(key: ObjectKey, resourceVersion: string): ScreenshotJob | undefined {
    const job = this.#jobs.get(key);
    this.#jobs.delete(key);
    return job?.metadata.resourceVersion === resourceVersion ? job : undefined;
  }
}

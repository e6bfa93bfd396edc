import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { keyOf } from "../../platform/kube/object-key.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";

/** A burst; what waits longer is read again when its turn comes. At some 2 KiB each, little memory. */
const mostJobs = 256;

/**
 * The newest jobs as the watch brought them, whole: one that is dispatched as soon as it is seen need not be read once more. All others
 * stay in the API server.
 */
export class RecentJobCache {
  readonly #jobs = new Map<ObjectKey, ScreenshotJob>();

  /** To be told of every version of every job; remembers those that nothing has happened to. */
  add(job: ScreenshotJob): void {
    const key = keyOf(job.metadata);
    this.#jobs.delete(key);
    if (job.status?.conditions !== undefined) return;
    this.#jobs.set(key, job);
    const [oldest] = this.#jobs.keys();
    if (this.#jobs.size > mostJobs && oldest !== undefined) this.#jobs.delete(oldest);
  }

  /** The job, if it is here in exactly this version. It is given out once. */
  pop(key: ObjectKey, resourceVersion: string): ScreenshotJob | undefined {
    const job = this.#jobs.get(key);
    this.#jobs.delete(key);
    return job?.metadata.resourceVersion === resourceVersion ? job : undefined;
  }
}

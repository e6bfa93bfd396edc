import type { LoadReport } from "../../api/messages/admission-messages.ts";
import { messageVersion } from "../../api/messages/capture-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { planEviction } from "./eviction-plan.ts";
import type { JobRecord } from "./job-record.ts";
import type { Reflector } from "../../platform/kube/reflector.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { Expiry } from "./expiry.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";

export interface SystemLoadParts {
  publisher: Publisher;
  jobs: Reflector<ScreenshotJob, JobRecord>;
  expiry: Expiry;
  maxLiveJobs: number;
  clock: Clock;
  log: Logger;
}

const reportEveryMilliseconds = 1_000;
const evictEveryMilliseconds = 5_000;

/** Keeps the number of jobs below a ceiling: tells the gateways how many there are, and makes room of what has ended. */
export class SystemLoad {
  readonly #parts: SystemLoadParts;

  constructor(parts: SystemLoadParts) {
    this.#parts = parts;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts;
    const reports = new PeriodicTask({
      name: "count of jobs",
      pauseMilliseconds: reportEveryMilliseconds,
      clock,
      log,
      work: async () => this.#report(),
    });
    const evictions = new PeriodicTask({
      name: "eviction of jobs",
      pauseMilliseconds: evictEveryMilliseconds,
      clock,
      log,
      work: async () => this.#evict(),
    });
    await Promise.all([reports.run(signal), evictions.run(signal)]);
  }

  #report(): void {
    const { publisher, jobs, maxLiveJobs } = this.#parts;
    const report: LoadReport = { version: messageVersion, liveJobs: jobs.size, maxLiveJobs };
    publisher.send(subjects.load, report);
  }

  #evict(): void {
    const { jobs, expiry, maxLiveJobs, clock, log } = this.#parts;
    const liveJobs = jobs.size;
    const evicted = planEviction(jobs.records(), { liveJobs, maxLiveJobs, now: clock.now() });
    for (const job of evicted) expiry.add(job);
    if (evicted.length > 0)
      log.warn(
        { liveJobs, maxLiveJobs, evicted: evicted.length },
        "Deleting finished jobs before their time: there are too many",
      );
  }
}

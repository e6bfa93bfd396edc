import type { LoadReport } from "../../api/messages/load-report.ts";
import { messageVersion } from "../../api/messages/message-version.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { evictionThreshold, planEviction } from "./eviction-plan.ts";
import type { JobCache } from "./job-cache.ts";
import { takeCensus } from "./live-job-census.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { JobDeleter } from "./job-deleter.ts";
import type { StoreAvailability } from "../object-store-monitor.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";

interface LiveJobLimiterDependencies {
  publisher: Publisher;
  jobs: JobCache;
  jobDeleter: JobDeleter;
  store: StoreAvailability;
  maxLiveJobs: number;
  clock: Clock;
  log: Logger;
}

const reportEveryMilliseconds = 1_000;
const evictEveryMilliseconds = 5_000;

/** Keeps the number of jobs below `maxLiveJobs`: reports it to the gateways, and deletes finished jobs early. Leader only. */
export class LiveJobLimiter {
  readonly #dependencies: LiveJobLimiterDependencies;

  constructor(dependencies: LiveJobLimiterDependencies) {
    this.#dependencies = dependencies;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#dependencies;
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
    const { publisher, jobs, maxLiveJobs, store } = this.#dependencies;
    const report: LoadReport = {
      version: messageVersion,
      liveJobs: jobs.size,
      maxLiveJobs,
      ...this.#shares(),
      ...(store.isAway && { storeAwaySeconds: store.awayMilliseconds / 1000 }),
    };
    publisher.send(subjects.load, report);
  }

  /** Who has used up much of its share, once that may matter before the next report. */
  #shares(): Pick<LoadReport, "share" | "namespaces"> {
    const { jobs, maxLiveJobs } = this.#dependencies;
    if (jobs.size < maxLiveJobs * evictionThreshold) return {};
    const { share, namespaces } = takeCensus(jobs.records(), maxLiveJobs);
    const large = [...namespaces].filter(([, count]) => count.jobs >= share / 2);
    return { share, namespaces: Object.fromEntries(large) };
  }

  #evict(): void {
    const { jobs, jobDeleter, maxLiveJobs, clock, log } = this.#dependencies;
    const liveJobs = jobs.size;
    if (liveJobs <= maxLiveJobs * evictionThreshold) return;
    const evicted = planEviction([...jobs.records()], { maxLiveJobs, now: clock.now() });
    for (const job of evicted) jobDeleter.add(job);
    if (evicted.length > 0)
      log.warn(
        { liveJobs, maxLiveJobs, evicted: evicted.length },
        "Deleting finished jobs early: there are too many",
      );
  }
}

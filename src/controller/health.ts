import type { BrowserPool, ScreenshotJob } from "../api/kinds/resource-types.ts";
import type { JobRecord } from "./jobs/job-record.ts";
import type { Reflector } from "../platform/kube/reflector.ts";
import type { Nats } from "../platform/nats/connection.ts";
import type { HealthCheck } from "../platform/process/probes.ts";
import type { PoolRecord } from "./pools/pool-directory.ts";
import type { ObjectStoreMonitor } from "./object-store-monitor.ts";

/** A watch that is alive says something every minute. */
const silentLimitMilliseconds = 180_000;

/** Ready: it can answer workers and could lead. Live: it still hears from the API server. */
export function controllerHealth(parts: {
  nats: Nats;
  jobs: Reflector<ScreenshotJob, JobRecord>;
  pools: Reflector<BrowserPool, PoolRecord>;
  storeWatch: ObjectStoreMonitor;
}): HealthCheck {
  const { nats, jobs, pools, storeWatch } = parts;
  let isSynced = false;
  Promise.all([jobs.synced, pools.synced]).then(
    () => (isSynced = true),
    () => undefined,
  );
  return {
    name: "controller",
    readyProblem() {
      // It is connected first, so without it nothing has been read either.
      if (nats.problem !== undefined) return nats.problem;
      if (!isSynced) return "not all objects have been read from the API server yet";
      return storeWatch.problem;
    },
    liveProblem() {
      const silence = jobs.lastContactAgeMilliseconds();
      if (silence < silentLimitMilliseconds) return undefined;
      return `nothing was heard from the API server for ${Math.round(silence / 1000)} seconds`;
    },
  };
}

import type { ClassClaim } from "./class/class-claim.ts";
import type { JobCache } from "./jobs/job-cache.ts";
import type { Nats } from "../platform/nats/connection.ts";
import type { HealthCheck } from "../platform/process/probes.ts";
import type { PoolCache } from "./pools/pool-cache.ts";
import type { ObjectStoreMonitor } from "./object-store-monitor.ts";

/** The API server sends a bookmark on every watch about once a minute. */
const silentLimitMilliseconds = 180_000;

/** Ready: its installation has the class, it can answer workers and could lead well. Live: its watch still hears from the API server. */
export function controllerHealth(dependencies: {
  classClaim: ClassClaim;
  nats: Nats;
  jobs: JobCache;
  pools: PoolCache;
  objectStoreMonitor: ObjectStoreMonitor;
}): HealthCheck {
  const { classClaim, nats, jobs, pools, objectStoreMonitor } = dependencies;
  let isSynced = false;
  Promise.all([jobs.synced, pools.synced]).then(
    () => (isSynced = true),
    () => undefined,
  );
  return {
    name: "controller",
    readyProblem() {
      const problem = classClaim.problem ?? nats.problem;
      if (problem !== undefined) return problem;
      if (!isSynced) return "not all objects have been read from the API server yet";
      return objectStoreMonitor.problem;
    },
    liveProblem() {
      const silence = jobs.lastContactAgeMilliseconds();
      if (silence < silentLimitMilliseconds) return undefined;
      return `nothing was heard from the API server for ${Math.round(silence / 1000)} seconds`;
    },
  };
}

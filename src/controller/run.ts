import type { ProcessContext } from "../platform/process/process-context.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import { BackgroundParts } from "../platform/process/background-parts.ts";
import { Probes } from "../platform/process/probes.ts";
import type { ControllerConfig } from "./config.ts";
import { createReplicaServices } from "./create-replica-services.ts";
import { createLeaderTerm } from "./create-leader-term.ts";
import { createLeadership } from "./create-leadership.ts";
import { createPlatform } from "./create-platform.ts";
import { controllerHealth } from "./health.ts";
import { createControllerMetrics } from "./metrics.ts";
import { registerWaitMetrics } from "./jobs/wait-metrics.ts";
import { createNatsPodWatch } from "./nats-server/create-nats-pod-watch.ts";
import { registerPoolMetrics } from "./pools/pool-metrics.ts";

/** A NATS that is there answers sooner. */
const natsPatienceMilliseconds = 5_000;

/** Runs one replica of the controller until it is stopped. Every replica answers workers; the holder of the lease leads. */
export async function runController(
  config: ControllerConfig,
  context: ProcessContext,
): Promise<void> {
  const { log, clock } = context;
  const metrics = createControllerMetrics(context.metrics);
  const platform = createPlatform(config, context);
  const { transport, events, nats, objectStoreMonitor } = platform;
  objectStoreMonitor.onChange(() =>
    metrics.objectStoreAvailable.set(objectStoreMonitor.isAvailable ? 1 : 0),
  );
  const features = await createReplicaServices({ config, platform, metrics, clock, log });
  const { jobs, pools, accounts, webhooks, workerServices, workerConnections, clusterRanges } =
    features;
  const term = createLeaderTerm({ config, features, platform, metrics, clock, log });
  registerPoolMetrics(context.metrics, () => term.poolNumbers());
  registerWaitMetrics(context.metrics, () => term.longestWaits());
  const { classClaim, leadership } = createLeadership({
    config,
    platform,
    term,
    metrics,
    clock,
    log,
  });
  const caches = { jobs: jobs.cache, pools: pools.cache };
  const health = controllerHealth({ ...caches, classClaim, nats, objectStoreMonitor });
  const natsParts = new BackgroundParts({
    name: "parts that need NATS",
    parts: [
      nats,
      ...workerConnections.services,
      pools.workers,
      ...Object.values(workerServices),
      webhooks.signingService,
    ],
    patienceMilliseconds: natsPatienceMilliseconds,
    clock,
  });
  await context.lifecycle.run([
    new Probes(config.probes, context, [health]),
    closeOnly("kube transport", () => transport.close()),
    closeOnly("object store", async () => {
      platform.objectStore.close();
      platform.pictureStore.close();
    }),
    objectStoreMonitor,
    events,
    jobs.cache,
    pools.cache,
    accounts.cache,
    ...(pools.managed === undefined ? [] : [pools.managed.deployments]),
    ...(clusterRanges?.reflectors ?? []),
    ...workerConnections.caches,
    natsParts,
    ...createNatsPodWatch({ config, platform, clock, log }),
    leadership,
  ]);
}

/** A part that opens itself on first use. */
function closeOnly(name: string, close: () => Promise<void>): Runnable {
  return { name, start: async () => undefined, stop: close };
}

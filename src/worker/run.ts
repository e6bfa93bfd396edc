import { captureAckWaitSeconds } from "../api/messages/capture-messages.ts";
import { inboxPrefix } from "../api/rights/nats-permissions.ts";
import { browserMemoryBudget } from "./browser/process/memory-limit.ts";
import { createNats } from "../platform/nats/connection.ts";
import type { ProcessContext } from "../platform/process/process-context.ts";
import { Probes } from "../platform/process/probes.ts";
import { Announcer } from "./announcer.ts";
import { createLauncher } from "./browser/browser-launcher.ts";
import { BrowserSupervisor } from "./browser/browser-supervisor.ts";
import { Cancellations } from "./capture/cancellations.ts";
import { CaptureLoop } from "./capture/capture-loop.ts";
import type { WorkerConfig } from "./config.ts";
import { ReplicaMonitor } from "./network/replica-monitor.ts";
import { EgressWatch } from "./network/egress-watch.ts";
import { WorkerMetrics } from "./metrics.ts";
import { NetworkPolicyCheck } from "./network/network-policy-check.ts";
import { preparePage } from "./browser/prepared-page.ts";
import { Readiness } from "./readiness.ts";
import type { Precondition } from "./readiness.ts";
import { Uploader } from "./upload/uploader.ts";

/** A worker without NATS has nothing to do but to wait for it; it says so every few seconds. */
const firstConnectTimeoutSeconds = 86_400;

/** One worker, until the process is asked to stop. Then it drains. */
export async function runWorker(config: WorkerConfig, host: ProcessContext): Promise<void> {
  const { log, clock } = host;
  const { pool, slots, egressURL, name: worker } = config;
  const nats = createNats({
    ...config.nats,
    name: worker,
    inboxPrefix: inboxPrefix(config.nats.user, worker),
    log,
    firstConnectTimeoutSeconds,
  });
  const egress = new EgressWatch({ egressURL, clock, log });
  const replicas = new ReplicaMonitor(log);
  const metrics = new WorkerMetrics(host.metrics, {
    capturesInProgress: () => loop.holding.length,
    slots,
  });
  const supervisor = new BrowserSupervisor({
    prepareLaunch: () => createLauncher(config.browser, log),
    preparePage: (browser) => preparePage(browser, { egressURL, replicas }),
    slots,
    limits: { ...config.browser, ...(await browserMemoryBudget()) },
    clock,
    log,
    onRestart: (cause) => metrics.restarted(cause),
    onLoad: (load) => metrics.browserLoad(load),
  });
  const { forbiddenAddresses: forbidden } = config;
  const proofs = forbidden === undefined ? [] : [new NetworkPolicyCheck({ forbidden, clock, log })];
  const readiness = new Readiness([supervisor, egress, ...proofs].map(preconditionOf));
  const cancellations = new Cancellations(nats, clock);
  const loop: CaptureLoop = new CaptureLoop({
    ...{ nats, supervisor, egress, metrics, clock, log, pool, worker, slots, readiness },
    cancellations,
    uploader: new Uploader({ nats, egressURL, clock, log }),
    drainTimeoutSeconds: config.drainTimeoutSeconds,
    ackWaitSeconds: captureAckWaitSeconds,
    onDraining: () => announcer.announce(),
  });
  const announcer = new Announcer({
    ...{ nats, pool, worker, slots, log },
    sandbox: config.browser.sandbox === "Required" ? "On" : "Off",
    report: () => reportOf(loop, readiness),
  });
  readiness.onChange(() => announcer.announceChange());
  const probes = new Probes(config.probes, host, [
    { name: "nats", readyProblem: () => nats.problem },
    { name: "worker", readyProblem: () => readiness.shortcoming?.message },
  ]);

  const needed = [egress, replicas, ...proofs, supervisor, cancellations];
  await host.lifecycle.run([probes, nats, ...needed, announcer, loop]);
}

function preconditionOf(part: BrowserSupervisor | EgressWatch | NetworkPolicyCheck): Precondition {
  return {
    shortcoming: () => part.shortcoming,
    onChange: (listener) => part.onChange(listener),
  };
}

function reportOf(loop: CaptureLoop, readiness: Readiness) {
  const { holding } = loop;
  if (loop.draining) return { state: "Draining", holding } as const;
  const { shortcoming } = readiness;
  return shortcoming === undefined
    ? ({ state: "Ready", holding } as const)
    : ({ state: "Unready", holding, ...shortcoming } as const);
}

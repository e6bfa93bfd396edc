import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { WorkerBrowserConfig } from "../config.ts";
import type { WorkerMetrics } from "../metrics.ts";
import type { ReplicaMonitor } from "../network/replica-monitor.ts";
import { createLauncher } from "./browser-launcher.ts";
import { BrowserSupervisor } from "./browser-supervisor.ts";
import { browserMemoryBudget } from "./memory-budget.ts";
import { preparePage } from "./prepared-page.ts";

interface BrowserDependencies {
  config: WorkerBrowserConfig;
  /** Captures at the same time. */
  slots: number;
  /** `http://host:port` of the egress proxy, the only way out of a page. */
  egressURL: string;
  replicaMonitor: ReplicaMonitor;
  metrics: WorkerMetrics;
  clock: Clock;
  log: Logger;
}

/** The part that keeps a browser running and hands out its pages. */
export async function createBrowser({
  config,
  slots,
  egressURL,
  replicaMonitor,
  metrics,
  clock,
  log,
}: BrowserDependencies): Promise<BrowserSupervisor> {
  const { recycleAfterCaptures, recycleAfterSeconds } = config;
  const { recycleAboveBytes, endPagesAboveBytes } = await browserMemoryBudget();
  return new BrowserSupervisor({
    prepareLaunch: () => createLauncher(config, log),
    preparePage: (browser) => preparePage(browser, { egressURL, replicaMonitor }),
    slots,
    limits: { recycleAfterCaptures, recycleAfterSeconds, recycleAboveBytes, endPagesAboveBytes },
    clock,
    log,
    onRestart: (cause) => metrics.restarted(cause),
    onLoad: (load) => metrics.browserLoad(load),
  });
}

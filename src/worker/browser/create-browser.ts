import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { WorkerMetrics } from "../metrics.ts";
import type { ReplicaMonitor } from "../network/replica-monitor.ts";
import type { ReadinessCondition } from "../readiness-condition.ts";
import { createLauncher } from "./browser-launcher.ts";
import { BrowserSupervisor } from "./browser-supervisor.ts";
import type { LaunchBrowser } from "./browser-supervisor.ts";
import type { WorkerBrowserConfig } from "./config.ts";
import { BrowserContainer } from "./container/browser-container.ts";
import { browserMemoryBudget } from "./memory-budget.ts";
import type { MemoryBudget } from "./memory-budget.ts";
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

interface Browser {
  browser: BrowserSupervisor;
  /** What the worker cannot work without. */
  conditions: ReadinessCondition[];
  /** In the order in which they have to be started. */
  parts: Runnable[];
}

/** The part that keeps a browser running and hands out its pages, and the one that meets the container of the browser, if it has one. */
export async function createBrowser(dependencies: BrowserDependencies): Promise<Browser> {
  const { config, log } = dependencies;
  const { socketsFolder } = config;
  if (socketsFolder === undefined) {
    const prepareLaunch = () => createLauncher(config, log);
    const browser = createSupervisor(dependencies, prepareLaunch, await browserMemoryBudget());
    return { browser, conditions: [browser.condition], parts: [browser] };
  }
  const container = new BrowserContainer({ socketsFolder, log });
  const prepareLaunch = async () => (signal: AbortSignal) => container.launch(signal);
  const browser = createSupervisor(dependencies, prepareLaunch, budgetOfOthers);
  return {
    browser,
    conditions: [container.condition, browser.condition],
    parts: [container, browser],
  };
}

/** The launcher in the container watches the memory there, and says when a browser is to be replaced. */
const budgetOfOthers = {
  recycleAboveBytes: Number.POSITIVE_INFINITY,
  endPagesAboveBytes: Number.POSITIVE_INFINITY,
};

function createSupervisor(
  { config, slots, egressURL, replicaMonitor, metrics, clock, log }: BrowserDependencies,
  prepareLaunch: () => Promise<LaunchBrowser>,
  budget: MemoryBudget,
): BrowserSupervisor {
  const { recycleAfterCaptures, recycleAfterSeconds } = config;
  return new BrowserSupervisor({
    prepareLaunch,
    preparePage: (browser) => preparePage(browser, { egressURL, replicaMonitor }),
    slots,
    limits: { recycleAfterCaptures, recycleAfterSeconds, ...budget },
    clock,
    log,
    onRestart: (cause) => metrics.restarted(cause),
    onLoad: (load) => metrics.browserLoad(load),
  });
}

import { Failure } from "../../api/reasons/failure.ts";
import { backoffMilliseconds } from "../../core/retry/backoff.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { ChangeNotifier } from "../change-notifier.ts";
import { ReadinessCondition } from "../readiness-condition.ts";
import { limitMemory } from "./memory-limiter.ts";
import { LaunchFailure } from "./chromium/launch-failure.ts";
import type { BrowserLoad } from "./chromium/browser-process.ts";
import type { RunningBrowser } from "./chromium/running-browser.ts";
import { PagePool } from "./page-pool.ts";
import type { PreparedPage } from "./prepared-page.ts";
import { restartCauseOf, withAgeJitter } from "./recycle-policy.ts";
import type { BrowserHealth, RecycleLimits, RestartCause } from "./recycle-policy.ts";

export interface BrowserLimits extends RecycleLimits {
  /** Of all browsers together; above it the largest page is killed. */
  endPagesAboveBytes: number;
}

export type LaunchBrowser = (signal: AbortSignal) => Promise<RunningBrowser>;

interface SupervisorOptions {
  /** Called once, at start. What it throws ends the process. */
  prepareLaunch: () => Promise<LaunchBrowser>;
  preparePage: (browser: RunningBrowser) => Promise<PreparedPage>;
  /** Pages in use at the same time, and pages kept ready beside them. */
  slots: number;
  limits: BrowserLimits;
  clock: Clock;
  log: Logger;
  onRestart?: (cause: RestartCause) => void;
  onLoad?: (load: BrowserLoad) => void;
  /** Pause between two checks of health and memory. Default 2: a page can allocate fast. */
  checkEverySeconds?: number;
}

const launchFailuresBeforeUnready = 3;
const launchBackoff = { firstMilliseconds: 1_000, mostMilliseconds: 60_000, jitter: 0 };
/** A page that was not opened is tried on the next browser, too. */
const acquireTries = 3;

/**
 * Keeps one browser running and hands out its pages. Replaces the browser when `recycle-policy.ts` says so: the new one is
 * launched before the old one hands out its last page, and the old one ends when its last page is disposed of. A browser that
 * crashed or does not answer is replaced at once. Launches are retried for ever.
 */
export class BrowserSupervisor implements Runnable {
  readonly name = "browser";
  /** Finding a browser may include unpacking one. */
  readonly startTimeoutSeconds = 240;
  readonly condition = new ReadinessCondition({
    reason: "BrowserStarting",
    message: "The browser is being started",
  });
  readonly #options: SupervisorOptions;
  readonly #stopping = new AbortController();
  /** Of every browser that runs: the current one, and those that are ending. */
  readonly #pagePools = new Set<PagePool>();
  readonly #poolChanges = new ChangeNotifier();
  #launch: LaunchBrowser | undefined;
  #current: PagePool | undefined;
  #supervising: Promise<void> = Promise.resolve();
  /** Ends the pause before the next check. */
  #wake: () => void = () => undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Finds a browser and begins to launch it; does not wait for the launch. */
  async start(): Promise<void> {
    this.#launch = await this.#options.prepareLaunch();
    this.#supervising = this.#supervise(this.#launch, this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("The worker is stopping"));
    this.#wake();
    await this.#supervising;
    await Promise.all([...this.#pagePools].map((pagePool) => pagePool.kill()));
  }

  /**
   * A fresh page for one capture; waits while there is no browser. The caller disposes of it.
   * @throws Failure(BrowserFailed) when browsers end faster than pages can be opened, or the signal's reason
   */
  async acquirePage(signal: AbortSignal): Promise<PreparedPage> {
    for (let tries = 1; ; tries += 1) {
      const pagePool = await this.#waitForPagePool(signal);
      try {
        return await pagePool.acquire();
      } catch (thrown) {
        signal.throwIfAborted();
        if (tries >= acquireTries) throw thrown;
        await this.#checkHealth(pagePool);
      } finally {
        if (pagePool.captures >= this.#options.limits.recycleAfterCaptures) this.#wake();
      }
    }
  }

  async #supervise(launch: LaunchBrowser, stopping: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stopping.aborted) {
      const pagePool = await this.#open(launch, stopping).catch((thrown: unknown) => {
        failures += 1;
        this.#reportLaunchFailure(thrown, failures);
        return undefined;
      });
      if (pagePool === undefined) {
        await this.#pause(backoffMilliseconds(failures - 1, launchBackoff, 0), stopping);
        continue;
      }
      failures = 0;
      this.#replaceCurrent(pagePool);
      const cause = await this.#untilDue(pagePool, stopping);
      if (cause !== undefined) this.#reportRestart(pagePool, cause);
    }
  }

  /** Undefined when the supervisor stops. */
  async #open(launch: LaunchBrowser, stopping: AbortSignal): Promise<PagePool | undefined> {
    const { clock, log, preparePage, slots } = this.#options;
    const startedAt = clock.monotonicMilliseconds();
    const browser = await launch(stopping).catch((thrown: unknown) => {
      if (stopping.aborted) return undefined;
      throw thrown;
    });
    if (browser === undefined) return undefined;
    log.info(
      {
        browserPID: browser.pid,
        browserVersion: browser.version,
        sandboxed: browser.sandboxed,
        durationSeconds: (clock.monotonicMilliseconds() - startedAt) / 1000,
      },
      "Launched browser",
    );
    const pagePool = new PagePool({ browser, prepare: preparePage, spares: slots, log });
    this.#pagePools.add(pagePool);
    void browser.closed.then(() => {
      this.#pagePools.delete(pagePool);
      this.#wake();
    });
    return pagePool;
  }

  #replaceCurrent(pagePool: PagePool): void {
    const old = this.#current;
    this.#current = pagePool;
    this.condition.set(undefined);
    this.#poolChanges.notify();
    void old?.retire();
  }

  /** Resolves with why this browser has to be replaced; undefined when the supervisor stops. */
  async #untilDue(pagePool: PagePool, stopping: AbortSignal): Promise<RestartCause | undefined> {
    const { clock, checkEverySeconds = 2 } = this.#options;
    const { recycleAboveBytes = this.#options.limits.recycleAboveBytes } = pagePool.browser;
    const limits = withAgeJitter({ ...this.#options.limits, recycleAboveBytes }, Math.random());
    const launchedAt = clock.monotonicMilliseconds();
    while (!stopping.aborted) {
      const health = await this.#checkHealth(pagePool);
      const memoryBytes = await this.#checkMemory(pagePool);
      const { captures, browser } = pagePool;
      const ageMilliseconds = clock.monotonicMilliseconds() - launchedAt;
      const cause = restartCauseOf({ health, captures, ageMilliseconds, memoryBytes }, limits);
      if (cause !== undefined) return cause;
      // It may have ended during the checks, before a pause could be woken.
      if (browser.hasEnded || pagePool.captures >= limits.recycleAfterCaptures) continue;
      await this.#pause(checkEverySeconds * 1000, stopping);
    }
    return undefined;
  }

  /** Kills a browser whose main process does not answer. */
  async #checkHealth(pagePool: PagePool): Promise<BrowserHealth> {
    const { browser } = pagePool;
    const end = (): BrowserHealth => (browser.ranOutOfMemory ? "OutOfMemory" : "Ended");
    if (browser.hasEnded) return end();
    try {
      await browser.ping();
      return "Answers";
    } catch (thrown) {
      if (browser.hasEnded) return end();
      this.#options.log.warn(
        { err: thrown, browserPID: browser.pid },
        "Browser does not answer and is killed",
      );
      await pagePool.kill();
      return "Silent";
    }
  }

  /** Memory of this browser, in bytes. */
  async #checkMemory({ browser }: PagePool): Promise<number> {
    const browsers = [...this.#pagePools].map((pagePool) => pagePool.browser);
    const { total, loads } = await limitMemory(browsers, this.#options.limits.endPagesAboveBytes);
    this.#options.onLoad?.(total);
    return loads.get(browser)?.memoryBytes ?? 0;
  }

  #reportRestart(pagePool: PagePool, cause: RestartCause): void {
    const { log, onRestart } = this.#options;
    onRestart?.(cause);
    const fields = { cause, browserPID: pagePool.browser.pid, captures: pagePool.captures };
    if (cause === "crash" || cause === "unhealthy") log.warn(fields, "Browser is replaced");
    else log.info(fields, "Browser is replaced");
    if (!pagePool.browser.hasEnded) return;
    this.#current = undefined;
    const message = "The browser ended and is being started again";
    this.condition.set({ reason: "BrowserStarting", message });
    void pagePool.kill();
  }

  #reportLaunchFailure(thrown: unknown, failures: number): void {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const reason = thrown instanceof LaunchFailure ? thrown.reason : "BrowserFailed";
    this.#options.log.error({ err: thrown, reason, failures }, "Could not launch browser");
    // Another try does not help where the machine lacks something.
    const isFinal = reason !== "BrowserFailed" || failures >= launchFailuresBeforeUnready;
    if (isFinal && this.#usablePagePool === undefined) this.condition.set({ reason, message });
  }

  get #usablePagePool(): PagePool | undefined {
    return this.#current?.browser.hasEnded === false ? this.#current : undefined;
  }

  async #waitForPagePool(signal: AbortSignal): Promise<PagePool> {
    const stopping = this.#stopping.signal;
    for (;;) {
      signal.throwIfAborted();
      if (stopping.aborted)
        throw new Failure("BrowserFailed", { message: "The worker is stopping" });
      const pagePool = this.#usablePagePool;
      if (pagePool !== undefined) return pagePool;
      await this.#poolChanges.until(
        () => this.#usablePagePool !== undefined,
        AbortSignal.any([signal, stopping]),
      );
    }
  }

  /** Also over when `#wake` is called. Never rejects. */
  async #pause(milliseconds: number, stopping: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    const signal = AbortSignal.any([stopping, woken.signal]);
    await this.#options.clock.sleep(milliseconds, signal).catch(() => undefined);
  }
}

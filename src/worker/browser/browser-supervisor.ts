import type { RunningBrowser } from "./process/running-browser.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { LaunchFailure } from "./process/launch-failure.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { PagePool } from "./page-pool.ts";
import type { PreparedPage } from "./prepared-page.ts";
import type { UnreadyReason } from "../readiness.ts";

/** Why a browser was replaced; the label of a metric. */
export const restartCauses = ["task_limit", "age", "memory", "unhealthy", "crash"] as const;
export type RestartCause = (typeof restartCauses)[number];

export interface BrowserLimits {
  recycleAfterCaptures: number;
  recycleAfterSeconds: number;
  recycleAboveBytes: number;
  endPagesAboveBytes: number;
}

export interface SupervisorOptions {
  /** Finds out how to launch, once; what it throws ends the process with a sentence. */
  prepareLaunch: () => Promise<(signal: AbortSignal) => Promise<RunningBrowser>>;
  preparePage: (browser: RunningBrowser) => Promise<PreparedPage>;
  /** Pages in use at the same time, and pages kept ready beside them. */
  slots: number;
  limits: BrowserLimits;
  clock: Clock;
  log: Logger;
  onRestart?: (cause: RestartCause) => void;
  onLoad?: (load: { processes: number; memoryBytes: number }) => void;
  /** Pause between two looks at the browser's health and memory. Default 2: a page can allocate fast. */
  checkEverySeconds?: number;
}

/** Ready, or why not. */
export type SupervisorState = { ready: true } | ({ ready: false } & UnreadyReason);

const launchFailuresBeforeUnready = 3;
const longestBackoffSeconds = 60;
/** A browser that just died is replaced, and the page asked for once more; a page that kills each one is given up. */
const borrowTries = 3;
/** Workers started together must not all replace their browsers in the same minute. */
const ageJitter = 0.2;

/**
 * Keeps one browser running and lends pages of it. Replaces it after so many pages, so much time or memory: the new one is
 * there before the old one stops lending, and the old one ends when its last page is back. A browser that crashed or does
 * not answer is replaced at once. Never gives up; says when it cannot launch.
 */
export class BrowserSupervisor implements Runnable {
  readonly name = "browser";
  /** Finding a browser may mean to unpack one. */
  readonly startTimeoutSeconds = 240;
  readonly #options: SupervisorOptions;
  readonly #stopping = new AbortController();
  readonly #tenures = new Set<PagePool>();
  readonly #listeners = new Set<() => void>();
  #launch: ((signal: AbortSignal) => Promise<RunningBrowser>) | undefined;
  #current: PagePool | undefined;
  #state: SupervisorState = {
    ready: false,
    reason: "BrowserStarting",
    message: "The browser is being started",
  };
  #supervising: Promise<void> = Promise.resolve();
  /** Ends the wait for the next check early. */
  #wake: () => void = () => undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  get state(): SupervisorState {
    return this.#state;
  }

  get shortcoming(): UnreadyReason | undefined {
    if (this.#state.ready) return undefined;
    const { reason, message } = this.#state;
    return { reason, message };
  }

  /** Calls the listener after every change of `state`. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Finds a browser and begins to launch it; does not wait until that has worked. */
  async start(): Promise<void> {
    this.#launch = await this.#options.prepareLaunch();
    this.#supervising = this.#supervise(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("The worker is stopping"));
    this.#wake();
    await this.#supervising;
    await Promise.all([...this.#tenures].map((tenure) => tenure.kill()));
  }

  /**
   * A fresh page for one capture; waits while there is no browser. Dispose of it.
   * @throws Failure(BrowserFailed) when browsers die faster than pages can be opened, or the signal's reason.
   */
  async borrow(signal: AbortSignal): Promise<PreparedPage> {
    for (let tries = 1; ; tries += 1) {
      const tenure = await this.#waitForTenure(signal);
      try {
        return await tenure.take();
      } catch (thrown) {
        signal.throwIfAborted();
        if (tries >= borrowTries) throw thrown;
        await this.#checkHealth(tenure);
      } finally {
        if (tenure.captures >= this.#options.limits.recycleAfterCaptures) this.#wake();
      }
    }
  }

  async #supervise(stopping: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stopping.aborted) {
      const tenure = await this.#open(stopping).catch((thrown: unknown) => {
        failures += 1;
        this.#reportLaunchFailure(thrown, failures);
        return undefined;
      });
      if (tenure === undefined) {
        await this.#pause(Math.min(longestBackoffSeconds, 2 ** (failures - 1)), stopping);
        continue;
      }
      failures = 0;
      this.#replaceCurrent(tenure);
      const cause = await this.#untilDue(tenure, stopping);
      if (cause !== undefined) this.#announceRestart(tenure, cause);
    }
  }

  async #open(stopping: AbortSignal): Promise<PagePool | undefined> {
    if (this.#launch === undefined) throw new Error("The supervisor has not been started");
    const startedAt = this.#options.clock.monotonicMilliseconds();
    const browser = await this.#launch(stopping).catch((thrown: unknown) => {
      if (stopping.aborted) return undefined;
      throw thrown;
    });
    if (browser === undefined) return undefined;
    const { clock, log, preparePage, slots } = this.#options;
    log.info(
      {
        browserPID: browser.pid,
        browserVersion: browser.version,
        sandboxed: browser.sandboxed,
        durationSeconds: (clock.monotonicMilliseconds() - startedAt) / 1000,
      },
      "Launched browser",
    );
    const tenure = new PagePool({ browser, prepare: preparePage, spares: slots, log });
    this.#tenures.add(tenure);
    void browser.closed.then(() => {
      this.#tenures.delete(tenure);
      this.#wake();
    });
    return tenure;
  }

  #replaceCurrent(tenure: PagePool): void {
    const old = this.#current;
    this.#current = tenure;
    this.#setState({ ready: true });
    void old?.retire();
  }

  /** Resolves with why this browser should be replaced; undefined when the supervisor stops. */
  async #untilDue(tenure: PagePool, stopping: AbortSignal): Promise<RestartCause | undefined> {
    const { clock, limits, checkEverySeconds = 2 } = this.#options;
    const seconds = limits.recycleAfterSeconds * (1 - ageJitter * Math.random());
    const oldAt = clock.monotonicMilliseconds() + seconds * 1000;
    for (;;) {
      if (stopping.aborted) return undefined;
      if (tenure.browser.gone) return "crash";
      if (tenure.captures >= limits.recycleAfterCaptures) return "task_limit";
      // An idle browser does not get worse.
      if (clock.monotonicMilliseconds() >= oldAt && tenure.captures > 0) return "age";
      if (!(await this.#checkHealth(tenure))) return "unhealthy";
      if ((await this.#measure(tenure)) > limits.recycleAboveBytes) return "memory";
      // What happened during the checks must not wait for the next ones.
      if (tenure.browser.gone || tenure.captures >= limits.recycleAfterCaptures) continue;
      await this.#pause(checkEverySeconds, stopping);
    }
  }

  /** Kills a browser whose main process does not answer. */
  async #checkHealth(tenure: PagePool): Promise<boolean> {
    if (tenure.browser.gone) return false;
    try {
      await tenure.browser.ping();
      return true;
    } catch (thrown) {
      this.#options.log.warn(
        { err: thrown, browserPID: tenure.browser.pid },
        "Browser does not answer and is killed",
      );
      await tenure.kill();
      return false;
    }
  }

  /** What this browser holds, in bytes. Ends the largest page of all when all together hold too much. */
  async #measure(tenure: PagePool): Promise<number> {
    const loads = await Promise.all(
      [...this.#tenures].map(async ({ browser }) => ({ browser, ...(await browser.measure()) })),
    );
    const memoryBytes = loads.reduce((sum, load) => sum + load.memoryBytes, 0);
    const processes = loads.reduce((sum, load) => sum + load.processes, 0);
    this.#options.onLoad?.({ processes, memoryBytes });
    const [largest] = loads.toSorted((left, right) => right.memoryBytes - left.memoryBytes);
    if (memoryBytes > this.#options.limits.endPagesAboveBytes)
      await largest?.browser.killLargestRenderer();
    return loads.find(({ browser }) => browser === tenure.browser)?.memoryBytes ?? 0;
  }

  #announceRestart(tenure: PagePool, cause: RestartCause): void {
    const { log, onRestart } = this.#options;
    onRestart?.(cause);
    const facts = { cause, browserPID: tenure.browser.pid, captures: tenure.captures };
    if (cause === "crash" || cause === "unhealthy") log.warn(facts, "Browser is replaced");
    else log.info(facts, "Browser is replaced");
    if (!tenure.browser.gone) return;
    this.#current = undefined;
    const message = "The browser ended and is being started again";
    this.#setState({ ready: false, reason: "BrowserStarting", message });
    void tenure.kill();
  }

  #reportLaunchFailure(thrown: unknown, failures: number): void {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const reason = thrown instanceof LaunchFailure ? thrown.reason : "BrowserFailed";
    this.#options.log.error({ err: thrown, reason, failures }, "Could not launch browser");
    // What the machine lacks will be lacking at the next try, too.
    const isFinal = reason !== "BrowserFailed" || failures >= launchFailuresBeforeUnready;
    if (isFinal && this.#current?.browser.gone !== false)
      this.#setState({ ready: false, reason, message });
  }

  async #waitForTenure(signal: AbortSignal): Promise<PagePool> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#stopping.signal.aborted)
        throw new Failure("BrowserFailed", { message: "The worker is stopping" });
      if (this.#current !== undefined && !this.#current.browser.gone) return this.#current;
      await this.#changed(AbortSignal.any([signal, this.#stopping.signal]));
    }
  }

  /** Resolves after the next change of state, or when the signal is aborted. */
  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#listeners.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#listeners.add(done);
      signal.addEventListener("abort", done, { once: true });
      if (signal.aborted) done();
    });
  }

  #setState(state: SupervisorState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Also over when somebody calls `#wake`. Never rejects. */
  async #pause(seconds: number, stopping: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    const signal = AbortSignal.any([stopping, woken.signal]);
    await this.#options.clock.sleep(seconds * 1000, signal).catch(() => undefined);
  }
}

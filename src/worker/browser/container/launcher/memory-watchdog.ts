import type { Clock } from "../../../../platform/process/clock.ts";
import type { Logger } from "../../../../platform/process/logger.ts";
import type { BrowserLoad } from "../../chromium/browser-process.ts";
import type { LocalBrowserProcess } from "../../chromium/local-browser-process.ts";
import { browserOutOfMemory, pageOutOfMemory } from "../../chromium/out-of-memory.ts";
import type { MemoryUse } from "../../chromium/out-of-memory.ts";
import { readProcessStat } from "../../chromium/process-table.ts";
import type { MemoryGauge } from "./memory-gauge.ts";
import { isNearlyFull, whatToEnd } from "./memory-policy.ts";

export interface MemoryListener {
  /** Called before the page, or the browser, is killed. */
  onEnd(kind: "EndsPage" | "EndsBrowser", browser: LocalBrowserProcess, use: MemoryUse): void;
  onLoad(use: MemoryUse, loads: ReadonlyMap<LocalBrowserProcess, BrowserLoad>): void;
}

interface MemoryWatchdogOptions {
  gauge: MemoryGauge;
  browsers: () => readonly LocalBrowserProcess[];
  listener: MemoryListener;
  clock: Clock;
  log: Logger;
}

/** A page that fills memory takes a second for a gigabyte; reading the sum takes the kernel 50 µs. */
const pauseMilliseconds = 50;
const loadEveryMilliseconds = 1_000;
/** What was killed gives its memory back when it has ended. */
const endTimeoutMilliseconds = 2_000;

/**
 * Watches the memory of a container, and ends the largest page or browser before the kernel ends the container. Says every second how
 * much is used, by the same loop, so that one who hears nothing knows that nothing is watched either.
 */
export class MemoryWatchdog {
  readonly #options: MemoryWatchdogOptions;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(options: MemoryWatchdogOptions) {
    this.#options = options;
  }

  /** Runs until the signal is aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#check(signal);
      } catch (thrown) {
        if (!signal.aborted) log.error({ err: thrown }, "Could not check the memory");
      }
      await clock.sleep(pauseMilliseconds, signal).catch(() => undefined);
    }
  }

  async #check(signal: AbortSignal): Promise<void> {
    const { browsers, clock, gauge } = this.#options;
    const running = browsers();
    const use = await gauge.read(running);
    if (isNearlyFull(use)) await this.#free(use, running, signal);
    const now = clock.monotonicMilliseconds();
    if (now - this.#reportedAt < loadEveryMilliseconds) return;
    this.#reportedAt = now;
    this.#options.listener.onLoad(use, await loadsOf(running));
  }

  async #free(
    use: MemoryUse,
    running: readonly LocalBrowserProcess[],
    signal: AbortSignal,
  ): Promise<void> {
    const loads = await loadsOf(running);
    this.#options.listener.onLoad(use, loads);
    const [largest] = [...loads].toSorted(
      ([, left], [, right]) => right.memoryBytes - left.memoryBytes,
    );
    if (largest === undefined || largest[1].processes === 0) return;
    const [browser] = largest;
    const page = await browser.largestRenderer();
    const ended = whatToEnd(use, page?.memoryBytes ?? 0);
    if (ended === "Page" && page !== undefined) await this.#endPage(browser, page.pid, use, signal);
    else if (ended !== "Nothing") await this.#endBrowser(browser, use, signal);
  }

  async #endPage(
    browser: LocalBrowserProcess,
    pid: number,
    use: MemoryUse,
    signal: AbortSignal,
  ): Promise<void> {
    this.#options.listener.onEnd("EndsPage", browser, use);
    browser.killRenderer(pid, pageOutOfMemory(use));
    await this.#until(async () => (await readProcessStat(pid))?.zombie !== false, signal);
  }

  async #endBrowser(
    browser: LocalBrowserProcess,
    use: MemoryUse,
    signal: AbortSignal,
  ): Promise<void> {
    const { listener, log } = this.#options;
    log.warn({ browserPID: browser.pid, ...use }, "Browsers take too much memory; one is killed");
    listener.onEnd("EndsBrowser", browser, use);
    browser.kill(browserOutOfMemory(use));
    await this.#until(async () => (await browser.measure()).processes === 0, signal);
  }

  async #until(condition: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const deadline = clock.monotonicMilliseconds() + endTimeoutMilliseconds;
    while (clock.monotonicMilliseconds() < deadline && !(await condition()))
      await clock.sleep(10, signal);
  }
}

async function loadsOf(
  browsers: readonly LocalBrowserProcess[],
): Promise<Map<LocalBrowserProcess, BrowserLoad>> {
  return new Map(
    await Promise.all(browsers.map(async (browser) => [browser, await browser.measure()] as const)),
  );
}

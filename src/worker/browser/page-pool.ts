import type { Logger } from "../../platform/process/logger.ts";
import type { RunningBrowser } from "./chromium/running-browser.ts";
import type { PreparedPage } from "./prepared-page.ts";

interface PagePoolOptions {
  browser: RunningBrowser;
  prepare: (browser: RunningBrowser) => Promise<PreparedPage>;
  /** How many pages to keep ready. */
  spares: number;
  log: Logger;
}

/** The pages of one browser: hands out each page once, and keeps some ready. */
export class PagePool {
  readonly browser: RunningBrowser;
  readonly #options: PagePoolOptions;
  readonly #spares: PreparedPage[] = [];
  readonly #idle = Promise.withResolvers<void>();
  #preparing: Promise<void> | undefined;
  #retired = false;
  #pagesInUse = 0;
  #captures = 0;

  constructor(options: PagePoolOptions) {
    this.browser = options.browser;
    this.#options = options;
    this.#refill();
  }

  /** Pages acquired so far. */
  get captures(): number {
    return this.#captures;
  }

  /** A page that was never used; the caller disposes of it. @throws Failure(BrowserFailed) */
  async acquire(): Promise<PreparedPage> {
    this.#pagesInUse += 1;
    this.#captures += 1;
    try {
      const page = this.#nextSpare() ?? (await this.#options.prepare(this.browser));
      return { ...page, dispose: () => this.#dispose(page) };
    } catch (thrown) {
      this.#release();
      throw thrown;
    }
  }

  /** Prepares no more pages; resolves when every page is disposed of and the browser is closed. Never rejects. */
  async retire(): Promise<void> {
    this.#retired = true;
    await this.#preparing;
    await this.#disposeSpares();
    if (this.#pagesInUse > 0) await Promise.race([this.#idle.promise, this.browser.closed]);
    await this.browser.close();
  }

  /** Ends the browser and every page on it. Never rejects. */
  async kill(): Promise<void> {
    this.#retired = true;
    await this.browser.kill();
    await this.#preparing;
    await this.#disposeSpares();
  }

  #nextSpare(): PreparedPage | undefined {
    for (;;) {
      const spare = this.#spares.shift();
      if (spare === undefined || !spare.lost.aborted) return spare;
      void spare.dispose();
    }
  }

  async #dispose(page: PreparedPage): Promise<void> {
    // Not earlier: preparing a page slows down a capture. Until now each slot had its spare.
    this.#refill();
    await page.dispose();
    this.#release();
  }

  #release(): void {
    this.#pagesInUse -= 1;
    if (this.#retired && this.#pagesInUse === 0) this.#idle.resolve();
  }

  async #disposeSpares(): Promise<void> {
    await Promise.all(this.#spares.splice(0).map((spare) => spare.dispose()));
  }

  /** One page at a time, so that preparing does not slow down the pages in use. */
  #refill(): void {
    if (this.#preparing !== undefined || this.#isFull()) return;
    this.#preparing = this.#prepareSpares().finally(() => {
      this.#preparing = undefined;
    });
  }

  async #prepareSpares(): Promise<void> {
    while (!this.#isFull()) {
      try {
        this.#spares.push(await this.#options.prepare(this.browser));
      } catch (thrown) {
        // The next `acquire` tries again and throws; the supervisor decides about the browser.
        if (!this.#retired && !this.browser.hasEnded)
          this.#options.log.warn({ err: thrown }, "Could not prepare a page");
        return;
      }
    }
  }

  #isFull(): boolean {
    return this.#retired || this.browser.hasEnded || this.#spares.length >= this.#options.spares;
  }
}

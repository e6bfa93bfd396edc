import type { RunningBrowser } from "./process/running-browser.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { PreparedPage } from "./prepared-page.ts";

export interface TenureOptions {
  browser: RunningBrowser;
  prepare: (browser: RunningBrowser) => Promise<PreparedPage>;
  /** How many pages to keep ready. */
  spares: number;
  log: Logger;
}

/** One browser from its launch until its last page was returned: lends each page once and keeps some ready. */
export class PagePool {
  readonly browser: RunningBrowser;
  readonly #options: TenureOptions;
  readonly #spares: PreparedPage[] = [];
  readonly #idle = Promise.withResolvers<void>();
  #preparing: Promise<void> | undefined;
  #retired = false;
  #borrowed = 0;
  #captures = 0;

  constructor(options: TenureOptions) {
    this.browser = options.browser;
    this.#options = options;
    this.#refill();
  }

  /** Pages lent so far. */
  get captures(): number {
    return this.#captures;
  }

  /** A page that nobody has used. @throws Failure(BrowserFailed). */
  async take(): Promise<PreparedPage> {
    this.#borrowed += 1;
    this.#captures += 1;
    try {
      const page = this.#takeSpare() ?? (await this.#options.prepare(this.browser));
      return { ...page, dispose: () => this.#takeBack(page) };
    } catch (thrown) {
      this.#giveBack();
      throw thrown;
    }
  }

  /** Lends nothing more; resolves when every page is back and the browser is closed. Never rejects. */
  async retire(): Promise<void> {
    this.#retired = true;
    await this.#preparing;
    await this.#disposeSpares();
    if (this.#borrowed > 0) await Promise.race([this.#idle.promise, this.browser.closed]);
    await this.browser.close();
  }

  /** Ends the browser and every page on it. Never rejects. */
  async kill(): Promise<void> {
    this.#retired = true;
    await this.browser.kill();
    await this.#preparing;
    await this.#disposeSpares();
  }

  #takeSpare(): PreparedPage | undefined {
    for (;;) {
      const spare = this.#spares.shift();
      if (spare === undefined || !spare.lost.aborted) return spare;
      void spare.dispose();
    }
  }

  async #takeBack(page: PreparedPage): Promise<void> {
    // Not while the page was in use, which would make it slower. There is one for each slot, so nobody misses it meanwhile.
    this.#refill();
    await page.dispose();
    this.#giveBack();
  }

  #giveBack(): void {
    this.#borrowed -= 1;
    if (this.#retired && this.#borrowed === 0) this.#idle.resolve();
  }

  async #disposeSpares(): Promise<void> {
    await Promise.all(this.#spares.splice(0).map((spare) => spare.dispose()));
  }

  /** One at a time, so that the pages in use are not slowed down by several that are not. */
  #refill(): void {
    if (this.#preparing !== undefined || this.#isFull()) return;
    this.#preparing = this.#prepareSpare().finally(() => {
      this.#preparing = undefined;
    });
  }

  async #prepareSpare(): Promise<void> {
    while (!this.#isFull()) {
      try {
        this.#spares.push(await this.#options.prepare(this.browser));
      } catch (thrown) {
        // Whoever needs a page next gets the error; whether the browser as a whole is ill is the supervisor's business.
        if (!this.#retired && !this.browser.gone)
          this.#options.log.warn({ err: thrown }, "Could not prepare a page");
        return;
      }
    }
  }

  #isFull(): boolean {
    return this.#retired || this.browser.gone || this.#spares.length >= this.#options.spares;
  }
}

import { setTimeout as delay } from "node:timers/promises";
import type { Protocol } from "puppeteer-core";

/** It is told about the same time as the outcome of the navigation. */
const mostWaitMilliseconds = 500;

/** The downloads that the browser began and did not keep. */
export class RefusedDownloads {
  readonly #first = Promise.withResolvers<string>();

  onDownload({ suggestedFilename }: Protocol.Browser.DownloadWillBeginEvent): void {
    this.#first.resolve(suggestedFilename);
  }

  /** The name that the first one would have had; undefined if the browser does not tell in time. */
  async firstName(): Promise<string | undefined> {
    const told = new AbortController();
    const limit = delay(mostWaitMilliseconds, undefined, { signal: told.signal });
    try {
      return await Promise.race([this.#first.promise, limit]);
    } finally {
      limit.catch(() => undefined);
      told.abort();
    }
  }
}

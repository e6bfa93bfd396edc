import assert from "node:assert/strict";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import type { RunningBrowser } from "../../../src/worker/browser/chromium/running-browser.ts";
import {
  openPageSession,
  type PageSession,
} from "../../../src/worker/browser/devtools/page-session.ts";
import { captureAgain } from "../../../src/worker/capture/capture-again.ts";
import type { CaptureContext } from "../../../src/worker/capture/capture-environment.ts";
import { capturePage } from "../../../src/worker/capture/capture-page.ts";
import type { Picture } from "../../../src/worker/capture/capture-output.ts";
import type { CaptureInProgress } from "../../../src/worker/capture/steps/capture-step.ts";
import { defaultEncoderMemoryMebibytes } from "../../../src/api/settings/encoder-memory.ts";
import { EncoderPool } from "../../../src/worker/encoding/encoder-pool.ts";
import { findFfmpeg } from "../../../src/worker/encoding/find-ffmpeg.ts";
import { VideoEncoder } from "../../../src/worker/encoding/video-encoder.ts";
import { silentLog } from "../../support/silent-log.ts";
import { aCaptureSpec } from "../../support/capture-spec.ts";
import { decodePicture, type DecodedPicture } from "../../support/picture.ts";
import { SiteProxy, type SiteProxyOptions } from "../../support/site/proxy.ts";
import { startSite, type Site } from "../../support/site/serve.ts";
import { launchTestBrowser } from "../worker/launched-browser.ts";

/** The spec of a test's capture, or a path of the test site. Other fields have the API server's defaults. */
export type CaptureOptions = Partial<CaptureSpec> | string;

/** A browser, the test site and a proxy in front of it: what a capture needs. */
export class CaptureFixture implements AsyncDisposable {
  readonly site: Site;
  readonly browser: RunningBrowser;
  readonly encoders = new EncoderPool({
    memoryMebibytes: defaultEncoderMemoryMebibytes,
    log: silentLog,
  });
  readonly videoEncoder = new VideoEncoder({
    ffmpeg: findFfmpeg(),
    memoryMebibytes: defaultEncoderMemoryMebibytes,
    log: silentLog,
  });
  readonly #proxy: SiteProxy;

  private constructor(site: Site, browser: RunningBrowser, proxy: SiteProxy) {
    this.site = site;
    this.browser = browser;
    this.#proxy = proxy;
  }

  static async open(options: SiteProxyOptions = {}): Promise<CaptureFixture> {
    const site = await startSite();
    const browser = await launchTestBrowser();
    return new CaptureFixture(site, browser, await SiteProxy.open(options));
  }

  /** Captures a page in a new browser context. */
  async capture(options: CaptureOptions, extra: Partial<CaptureContext> = {}): Promise<Picture> {
    return await this.#onPage((page) =>
      capturePage(page, this.#specOf(options), { ...this.#environment(), ...extra }),
    );
  }

  /** Captures several pictures of one page, one after another; the first one loads it. */
  async captureTogether(all: readonly CaptureOptions[]): Promise<Picture[]> {
    const [first = "", ...others] = all;
    return await this.#onPage(async (page) => {
      let taken: CaptureInProgress | undefined;
      const onTaken = (state: CaptureInProgress): void => void (taken = state);
      const context = this.#environment();
      const pictures = [await capturePage(page, this.#specOf(first), { ...context, onTaken })];
      assert.ok(taken !== undefined);
      for (const options of others)
        pictures.push(await captureAgain(taken, this.#specOf(options), context));
      return pictures;
    });
  }

  async #onPage<Result>(work: (page: PageSession) => Promise<Result>): Promise<Result> {
    const context = await this.browser.createContext(this.#proxy.port);
    try {
      using page = await openPageSession(context, AbortSignal.timeout(30_000));
      return await work(page);
    } finally {
      await context.dispose();
    }
  }

  #environment(): CaptureContext {
    return {
      signal: new AbortController().signal,
      refusalOf: (url) => this.#proxy.refusalOf(url),
      scalePicture: (bytes, order, signal) => this.encoders.scale(bytes, order, signal),
      encodeVideo: (order, signal) => this.videoEncoder.encode(order, signal),
    };
  }

  /** Captures a page and decodes the picture. */
  async captureDecoded(
    options: CaptureOptions,
    extra: Partial<CaptureContext> = {},
  ): Promise<{ picture: DecodedPicture; captured: Picture }> {
    const captured = await this.capture(options, extra);
    return { picture: await decodePicture(captured.bytes), captured };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.encoders.stop();
    await this.videoEncoder.stop();
    await this.browser.close();
    await this.#proxy.close();
    await this.site.close();
  }

  /** A string is a path of the test site; so is a spec's `url` that begins with "/". */
  #specOf(options: CaptureOptions): CaptureSpec {
    const given = typeof options === "string" ? { url: options } : options;
    const { url } = given;
    return aCaptureSpec({
      ...given,
      ...(url === undefined ? {} : { url: url.startsWith("/") ? this.site.url + url : url }),
    });
  }
}

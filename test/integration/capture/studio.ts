import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import type { RunningBrowser } from "../../../src/worker/browser/process/running-browser.ts";
import { openPageSession } from "../../../src/worker/browser/page/page-session.ts";
import {
  captureRequest,
  type CaptureContext,
  type Picture,
} from "../../../src/worker/capture/capture.ts";
import { aCaptureSpec } from "../../support/capture-spec.ts";
import { decodePicture, type DecodedPicture } from "../../support/picture.ts";
import { SiteProxy, type SiteProxyOptions } from "../../support/site/proxy.ts";
import { startSite, type Site } from "../../support/site/serve.ts";
import { launchTestBrowser } from "../worker/launched-browser.ts";

/** What a test wants of a capture; everything else is as the API server's defaults have it. */
export type Wish = Partial<CaptureSpec> | string;

/** A browser, the site and a proxy: everything one needs to take pictures. */
export class Studio implements AsyncDisposable {
  readonly site: Site;
  readonly browser: RunningBrowser;
  readonly #proxy: SiteProxy;

  private constructor(site: Site, browser: RunningBrowser, proxy: SiteProxy) {
    this.site = site;
    this.browser = browser;
    this.#proxy = proxy;
  }

  static async open(options: SiteProxyOptions = {}): Promise<Studio> {
    const site = await startSite();
    const browser = await launchTestBrowser();
    return new Studio(site, browser, await SiteProxy.open(options));
  }

  /** Takes the picture of a page in a context of its own. */
  async take(wish: Wish, extra: Partial<CaptureContext> = {}): Promise<Picture> {
    const context = await this.browser.createContext(this.#proxy.port);
    try {
      using page = await openPageSession(context, AbortSignal.timeout(30_000));
      return await captureRequest(page, this.#specOf(wish), {
        signal: new AbortController().signal,
        refusalOf: (url) => this.#proxy.refusalOf(url),
        ...extra,
      });
    } finally {
      await context.dispose();
    }
  }

  async see(
    wish: Wish,
    extra: Partial<CaptureContext> = {},
  ): Promise<{ picture: DecodedPicture; taken: Picture }> {
    const taken = await this.take(wish, extra);
    return { picture: await decodePicture(taken.bytes), taken };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    await this.#proxy.close();
    await this.site.close();
  }

  /** A text is a path of the site; in a spec, a URL that begins with "/" is one too. */
  #specOf(wish: Wish): CaptureSpec {
    const given = typeof wish === "string" ? { url: wish } : wish;
    const { url } = given;
    return aCaptureSpec({
      ...given,
      ...(url === undefined ? {} : { url: url.startsWith("/") ? this.site.url + url : url }),
    });
  }
}

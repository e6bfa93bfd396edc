import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import { BlockingLists } from "../../../src/worker/blocking/blocking-lists.ts";
import type { RunningBrowser } from "../../../src/worker/browser/chromium/running-browser.ts";
import { openPageSession } from "../../../src/worker/browser/devtools/page-session.ts";
import { capturePage } from "../../../src/worker/capture/capture-page.ts";
import type { Picture } from "../../../src/worker/capture/capture-output.ts";
import { aCaptureSpec } from "../../support/capture-spec.ts";
import { decodePicture, type DecodedPicture } from "../../support/picture.ts";
import { startSite, type Site } from "../../support/site/serve.ts";
import { launchTestBrowser } from "../worker/launched-browser.ts";
import { openForwarder } from "../worker/open-forwarder.ts";
import { RecordingProxy } from "../worker/recording-proxy.ts";

export interface BlockedCapture {
  picture: DecodedPicture;
  captured: Picture;
  /** URLs that the site was asked for. */
  visited: string[];
  /** `host:port` of each tunnel that the page's connections got. */
  tunnels: string[];
}

/** A browser whose forwarder is a worker's, made-up hosts behind it, and the lists that ship. */
export class BlockingFixture implements AsyncDisposable {
  readonly site: Site;
  readonly #browser: RunningBrowser;
  readonly #proxy: RecordingProxy;

  private constructor(site: Site, browser: RunningBrowser, proxy: RecordingProxy) {
    this.site = site;
    this.#browser = browser;
    this.#proxy = proxy;
  }

  /** All these hosts are the test site. */
  static async open(hosts: readonly string[]): Promise<BlockingFixture> {
    const site = await startSite();
    const proxy = await RecordingProxy.start();
    for (const host of hosts) proxy.places.set(host, `127.0.0.1:${site.port}`);
    return new BlockingFixture(site, await launchTestBrowser(), proxy);
  }

  /** Captures with the real lists unless others are given. */
  async capture(
    spec: Partial<CaptureSpec>,
    lists: BlockingLists = new BlockingLists(),
  ): Promise<BlockedCapture> {
    const visitsBefore = this.site.visitedURLs.length;
    const tunnelsBefore = this.#proxy.requests.length;
    await using forwarder = await openForwarder(this.#proxy.url);
    forwarder.authorize("token");
    const context = await this.#browser.createContext(forwarder.port);
    try {
      using page = await openPageSession(context, AbortSignal.timeout(30_000));
      const captured = await capturePage(page, aCaptureSpec(spec), {
        signal: new AbortController().signal,
        refusalOf: (url) => forwarder.refusalOf(url),
        scalePicture: () => Promise.reject(new Error("No picture is scaled here")),
        encodeVideo: () => Promise.reject(new Error("No animation is recorded here")),
        blocking: {
          lists,
          blockHosts: (isBlocked) => forwarder.blockHosts(isBlocked),
        },
      });
      return {
        captured,
        picture: await decodePicture(captured.bytes),
        visited: this.site.visitedURLs.slice(visitsBefore),
        tunnels: this.#proxy.requests
          .slice(tunnelsBefore)
          .map((request) => request.split(" ")[1] ?? ""),
      };
    } finally {
      await context.dispose();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.#proxy[Symbol.asyncDispose]();
    await this.site.close();
  }
}

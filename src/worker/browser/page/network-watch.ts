import type { PageSession } from "./page-session.ts";

/** A request of the page that came to nothing. */
export interface FailedRequest {
  url: string;
  /** `HTTP 404`, or a `net::ERR_…` code. */
  problem: string;
}

/** Listens to the network domain, which costs about a fifth of the throughput: only for what cannot be known without it. */
export class NetworkWatch {
  /** In the order they failed. What we blocked ourselves, and what the page gave up, does not count. */
  readonly failed: FailedRequest[] = [];
  /** Of the page itself; names in lower case. */
  responseHeaders: Record<string, string> | undefined;
  readonly #urls = new Map<string, string>();

  /** @param isWatched of which addresses failures are kept */
  static async open(
    page: PageSession,
    isWatched: (url: string) => boolean,
    signal: AbortSignal,
  ): Promise<NetworkWatch> {
    const watch = new NetworkWatch();
    page.listen("Network.requestWillBeSent", ({ requestId, request, type, frameId }) => {
      const isPage = type === "Document" && page.isMainFrame(frameId);
      if (!isPage && isWatched(request.url)) watch.#urls.set(requestId, request.url);
    });
    page.listen("Network.responseReceived", ({ requestId, response, type, frameId }) => {
      if (type === "Document" && page.isMainFrame(frameId))
        watch.responseHeaders = inLowerCase(response.headers);
      if (response.status >= 400) watch.#fail(requestId, `HTTP ${response.status}`);
    });
    page.listen("Network.loadingFailed", ({ requestId, errorText, canceled, blockedReason }) => {
      if (canceled !== true && blockedReason !== "inspector") watch.#fail(requestId, errorText);
    });
    await page.call("Network.enable", {}, signal);
    return watch;
  }

  #fail(requestID: string, problem: string): void {
    const url = this.#urls.get(requestID);
    this.#urls.delete(requestID);
    if (url !== undefined) this.failed.push({ url, problem });
  }
}

function inLowerCase(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

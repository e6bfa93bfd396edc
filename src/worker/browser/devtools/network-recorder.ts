import type { PageSession } from "./page-session.ts";

/** A request of the page that failed. */
interface FailedRequest {
  url: string;
  /** `HTTP 404`, or a `net::ERR_…` code. */
  problem: string;
}

/** Records failed requests and response headers. The network domain costs about a fifth of the throughput, so it is enabled only for options that need it. */
export class NetworkRecorder {
  /** In the order they failed, without requests that we blocked or the page cancelled. */
  readonly failed: FailedRequest[] = [];
  /** Of the main document; names in lower case. */
  responseHeaders: Record<string, string> | undefined;
  readonly #urls = new Map<string, string>();

  /** @param isRecorded selects the URLs whose failures are recorded */
  static async open(
    page: PageSession,
    isRecorded: (url: string) => boolean,
    signal: AbortSignal,
  ): Promise<NetworkRecorder> {
    const recorder = new NetworkRecorder();
    page.listen("Network.requestWillBeSent", ({ requestId, request, type, frameId }) => {
      const isPage = type === "Document" && page.isMainFrame(frameId);
      if (!isPage && isRecorded(request.url)) recorder.#urls.set(requestId, request.url);
    });
    page.listen("Network.responseReceived", ({ requestId, response, type, frameId }) => {
      if (type === "Document" && page.isMainFrame(frameId))
        recorder.responseHeaders = inLowerCase(response.headers);
      if (response.status >= 400) recorder.#fail(requestId, `HTTP ${response.status}`);
    });
    page.listen("Network.loadingFailed", ({ requestId, errorText, canceled, blockedReason }) => {
      if (canceled !== true && blockedReason !== "inspector") recorder.#fail(requestId, errorText);
    });
    await page.call("Network.enable", {}, signal);
    return recorder;
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

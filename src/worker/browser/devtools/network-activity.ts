import type { Protocol } from "puppeteer-core";
import type { PageSession } from "./page-session.ts";

type ResourceType = Protocol.Network.ResourceType;

interface RunningRequest {
  url: string;
  type: ResourceType;
  startedAtMilliseconds: number;
}

/** They stay open by nature, or nobody sees what they bring. */
const uncountedTypes: ReadonlySet<ResourceType> = new Set([
  "EventSource",
  "WebSocket",
  "Media",
  "Ping",
  "CSPViolationReport",
  "Preflight",
]);
/** What a script asks for may be a stream that never ends. */
const scriptedTypes: ReadonlySet<ResourceType> = new Set(["Fetch", "XHR", "Other"]);
const longestScriptedMilliseconds = 3000;

/**
 * The requests that a page begins from now on, and which of them are not answered yet. During the load of a page this costs a fifth
 * of the throughput; afterwards, while lazy content loads, no cost was measured.
 */
export class NetworkActivity {
  readonly #page: PageSession;
  readonly #running = new Map<string, RunningRequest>();
  readonly #waiting = new Set<() => void>();
  #begun = 0;

  private constructor(page: PageSession) {
    this.#page = page;
  }

  static async open(page: PageSession, signal: AbortSignal): Promise<NetworkActivity> {
    const activity = new NetworkActivity(page);
    page.listen("Network.requestWillBeSent", (event) => activity.#begin(event));
    page.listen("Network.loadingFinished", ({ requestId }) => activity.#end(requestId));
    page.listen("Network.loadingFailed", ({ requestId }) => activity.#end(requestId));
    page.frames.notify(() => activity.#notify());
    // Responses are not kept: nobody reads them here.
    await page.call("Network.enable", { maxTotalBufferSize: 0, maxResourceBufferSize: 0 }, signal);
    return activity;
  }

  /** How many requests and frames have begun to load so far. */
  get begun(): number {
    return this.#begun;
  }

  get isQuiet(): boolean {
    return this.#page.frames.loading === 0 && this.unanswered.length === 0;
  }

  /** Addresses of the requests without a complete answer. */
  get unanswered(): string[] {
    const now = performance.now();
    return [...this.#running.values()]
      .filter(
        ({ type, startedAtMilliseconds }) =>
          !scriptedTypes.has(type) || now - startedAtMilliseconds < longestScriptedMilliseconds,
      )
      .map(({ url }) => url);
  }

  /** Resolves when nothing is loading. @throws the signal's reason */
  async untilQuiet(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.isQuiet) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = (): void => {
      if (this.isQuiet) resolve();
    };
    const abort = (): void => reject(signal.reason);
    // A request may also stop counting because of its age.
    const timer = setInterval(check, 500);
    this.#waiting.add(check);
    signal.addEventListener("abort", abort, { once: true });
    try {
      await promise;
    } finally {
      clearInterval(timer);
      this.#waiting.delete(check);
      signal.removeEventListener("abort", abort);
    }
  }

  #begin({ requestId, request, type }: Protocol.Network.RequestWillBeSentEvent): void {
    if (request.url.startsWith("data:") || (type && uncountedTypes.has(type))) return;
    this.#begun += 1;
    this.#running.set(requestId, {
      url: request.url,
      type: type ?? "Other",
      startedAtMilliseconds: performance.now(),
    });
  }

  #end(requestID: string): void {
    if (this.#running.delete(requestID)) this.#notify();
  }

  #notify(): void {
    for (const check of this.#waiting) check();
  }
}

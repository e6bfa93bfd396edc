import type { Protocol } from "puppeteer-core";
import type { DevToolsClient } from "./devtools-client.ts";

export type PausedRequest = Protocol.Fetch.RequestPausedEvent;

export interface Header {
  name: string;
  value: string;
}

/** What to do with a request. */
export type RequestDecision =
  | { kind: "Block" }
  /** These headers replace those of the same name, for this request only: a redirect is decided again. */
  | { kind: "Send"; headers: readonly Header[] };

/** Decides about a paused request; undefined leaves it unchanged. It also receives requests that only other handlers asked for. */
type RequestHandler = (
  request: PausedRequest,
) => Promise<RequestDecision | undefined> | RequestDecision | undefined;

/**
 * Pauses requests of a page and lets handlers decide about them. The fetch domain has one set of patterns per session, so all
 * handlers share this object. A request that matches no pattern is not paused.
 */
export class RequestInterception {
  readonly #page: DevToolsClient;
  readonly #handlers: RequestHandler[] = [];
  readonly #patterns: Protocol.Fetch.RequestPattern[] = [];

  constructor(page: DevToolsClient) {
    this.#page = page;
  }

  /** Adds a handler for requests that match the patterns; to be called before the page is opened. */
  async add(
    patterns: readonly Protocol.Fetch.RequestPattern[],
    handler: RequestHandler,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#handlers.length === 0)
      this.#page.listen("Fetch.requestPaused", (request) => void this.#decide(request));
    this.#handlers.push(handler);
    this.#patterns.push(...patterns);
    await this.#page.call("Fetch.enable", { patterns: this.#patterns }, signal);
  }

  async #decide(request: PausedRequest): Promise<void> {
    const { requestId } = request;
    const decisions = await Promise.all(
      this.#handlers.map(async (handler) => await handler(request)),
    );
    if (decisions.some((decision) => decision?.kind === "Block")) {
      this.#page.send("Fetch.failRequest", { requestId, errorReason: "BlockedByClient" });
      return;
    }
    const added = decisions.flatMap((decision) =>
      decision?.kind === "Send" ? decision.headers : [],
    );
    const headers = added.length === 0 ? {} : { headers: replaced(request, added) };
    this.#page.send("Fetch.continueRequest", { requestId, ...headers });
  }
}

/** The request's headers with the given ones in place of those of the same name; the browser adds cookies itself. */
function replaced({ request }: PausedRequest, given: readonly Header[]): Header[] {
  const names = new Set(given.map(({ name }) => name.toLowerCase()));
  const kept = Object.entries(request.headers).filter(([name]) => !names.has(name.toLowerCase()));
  return [...kept.map(([name, value]) => ({ name, value })), ...given];
}

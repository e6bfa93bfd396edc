import type { Protocol } from "puppeteer-core";
import type { PageCommands } from "./page-commands.ts";

export type PausedRequest = Protocol.Fetch.RequestPausedEvent;

export interface Header {
  name: string;
  value: string;
}

/** What is to become of a request. */
export type Verdict =
  | { kind: "Block" }
  /** These headers replace those of the same name, for this request only: a redirect is judged anew. */
  | { kind: "Send"; headers: readonly Header[] };

/** Undefined: nothing to say about it. Hears of requests that only others asked for, too. */
export type Judge = (request: PausedRequest) => Promise<Verdict | undefined> | Verdict | undefined;

/**
 * Stops requests of a page and decides about them. The fetch domain knows one set of patterns for a session, so everything that
 * wants to see requests comes here; what matches no pattern is never stopped.
 */
export class RequestInterception {
  readonly #page: PageCommands;
  readonly #judges: Judge[] = [];
  readonly #patterns: Protocol.Fetch.RequestPattern[] = [];

  constructor(page: PageCommands) {
    this.#page = page;
  }

  /** Before the page is opened. */
  async add(
    patterns: readonly Protocol.Fetch.RequestPattern[],
    judge: Judge,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#judges.length === 0)
      this.#page.listen("Fetch.requestPaused", (request) => void this.#decide(request));
    this.#judges.push(judge);
    this.#patterns.push(...patterns);
    await this.#page.call("Fetch.enable", { patterns: this.#patterns }, signal);
  }

  async #decide(request: PausedRequest): Promise<void> {
    const { requestId } = request;
    const verdicts = await Promise.all(this.#judges.map(async (judge) => await judge(request)));
    if (verdicts.some((verdict) => verdict?.kind === "Block")) {
      this.#page.send("Fetch.failRequest", { requestId, errorReason: "BlockedByClient" });
      return;
    }
    const added = verdicts.flatMap((verdict) => (verdict?.kind === "Send" ? verdict.headers : []));
    const headers = added.length === 0 ? {} : { headers: replaced(request, added) };
    this.#page.send("Fetch.continueRequest", { requestId, ...headers });
  }
}

/** The request's own headers but for those that are given; the browser adds cookies and the like by itself. */
function replaced({ request }: PausedRequest, given: readonly Header[]): Header[] {
  const names = new Set(given.map(({ name }) => name.toLowerCase()));
  const kept = Object.entries(request.headers).filter(([name]) => !names.has(name.toLowerCase()));
  return [...kept.map(([name, value]) => ({ name, value })), ...given];
}

import { Request } from "@ghostery/adblocker";
import type { RequestType } from "@ghostery/adblocker";
import type { CategoryRules } from "./blocking-lists.ts";
import { isSameSite } from "./host-rules.ts";

/** A request of the page that is about to be sent. */
export interface PageRequest {
  url: string;
  type: RequestType;
  /** Whether it is for the page itself, or the next address of its redirects. */
  isPage: boolean;
}

/** Decides for one capture what is kept off its page. It learns from the requests for the page where the page is. */
export class ContentBlocker {
  readonly #categories: readonly CategoryRules[];
  /** Of the page and its redirects: never blocked as a whole. */
  readonly #pageHosts = new Set<string>();
  #pageURL: URL | undefined;

  constructor(categories: readonly CategoryRules[]) {
    this.#categories = categories;
  }

  /** Whether the request must not be sent. */
  blocks({ url: text, type, isPage }: PageRequest): boolean {
    const url = URL.parse(text);
    if (url === null || !/^(?:https?|wss?):$/.test(url.protocol)) return false;
    if (isPage) {
      this.#pageHosts.add(url.hostname);
      this.#pageURL = url;
      return false;
    }
    const sourceUrl = this.#pageURL?.href ?? "";
    const request = Request.fromRawDetails({ url: text, type, sourceUrl });
    return this.#categories.some(
      ({ engine, hosts }) =>
        engine.match(request).match &&
        // A site that is itself on a list is shown when it was asked for.
        !(this.#isOwn(url.hostname) && hosts.isBlocked(url.hostname, this.#pageURL?.hostname)),
    );
  }

  /** Whether nothing of this host may be reached, whoever asks: a frame of another site, a worker, a WebSocket. */
  blocksHost(host: string): boolean {
    if (this.#isOwn(host)) return false;
    return this.#categories.some(({ hosts }) => hosts.isBlocked(host, this.#pageURL?.hostname));
  }

  #isOwn(host: string): boolean {
    if (this.#pageHosts.has(host)) return true;
    return this.#pageURL !== undefined && isSameSite(host, this.#pageURL.hostname);
  }
}

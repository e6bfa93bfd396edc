import type { Protocol } from "puppeteer-core";
import type { PageSession } from "./page-session.ts";

type Kind = Protocol.Network.ResourceType;

/** Interception (Chromium 156) calls all of these by one name; the network domain tells them apart. */
const coarseNames: Partial<Record<Kind, Kind>> = {
  Fetch: "XHR",
  XHR: "XHR",
  EventSource: "XHR",
  Media: "Media",
  TextTrack: "Media",
  Manifest: "Other",
  Other: "Other",
};

/** The network domain tells at about the same time; if it does not, the coarse name must do. */
const longestWaitMilliseconds = 500;

/** What kind a stopped request is of. */
export class RequestKinds {
  /** The names by which interception stops the kinds asked for. */
  readonly stopped: readonly Kind[];
  readonly #known = new Map<string, Kind>();
  readonly #waiting = new Map<string, () => void>();

  private constructor(kinds: readonly Kind[]) {
    this.stopped = [...new Set(kinds.map((kind) => coarseNames[kind] ?? kind))];
  }

  /** Turns the network domain on only where kinds are asked for that cannot be told apart without it. */
  static async open(
    page: PageSession,
    kinds: readonly Kind[],
    signal: AbortSignal,
  ): Promise<RequestKinds> {
    const opened = new RequestKinds(kinds);
    if (!kinds.some((kind) => coarseNames[kind] !== undefined)) return opened;
    page.listen("Network.requestWillBeSent", ({ requestId, type }) => {
      if (type !== undefined) opened.#learn(requestId, type);
    });
    await page.call("Network.enable", {}, signal);
    return opened;
  }

  async kindOf({ resourceType, networkId }: Protocol.Fetch.RequestPausedEvent): Promise<Kind> {
    const isCoarse = this.stopped.includes(resourceType) && coarseNames[resourceType] !== undefined;
    if (!isCoarse || networkId === undefined) return resourceType;
    if (!this.#known.has(networkId)) await this.#heardOf(networkId);
    return this.#known.get(networkId) ?? resourceType;
  }

  #learn(networkID: string, kind: Kind): void {
    this.#known.set(networkID, kind);
    this.#waiting.get(networkID)?.();
  }

  async #heardOf(networkID: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, longestWaitMilliseconds);
    this.#waiting.set(networkID, resolve);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(networkID);
  }
}

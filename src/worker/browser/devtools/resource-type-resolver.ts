import type { Protocol } from "puppeteer-core";
import type { PageSession } from "./page-session.ts";

type ResourceType = Protocol.Network.ResourceType;

/** The fetch domain (Chromium 156) reports these types as one; the network domain distinguishes them. */
const interceptedTypes: Partial<Record<ResourceType, ResourceType>> = {
  Fetch: "XHR",
  XHR: "XHR",
  EventSource: "XHR",
  Media: "Media",
  TextTrack: "Media",
  Manifest: "Other",
  Other: "Other",
};

/** The network domain reports a request at about the same time; without its report the type of the fetch domain counts. */
const mostWaitMilliseconds = 500;

/** Finds out the exact resource type of paused requests. */
export class ResourceTypeResolver {
  /** The types of the fetch domain that include the requested ones. */
  readonly interceptedTypes: readonly ResourceType[];
  readonly #known = new Map<string, ResourceType>();
  readonly #waiting = new Map<string, () => void>();

  private constructor(types: readonly ResourceType[]) {
    this.interceptedTypes = [...new Set(types.map((type) => interceptedTypes[type] ?? type))];
  }

  /** Enables the network domain only for types that cannot be distinguished without it. */
  static async open(
    page: PageSession,
    types: readonly ResourceType[],
    signal: AbortSignal,
  ): Promise<ResourceTypeResolver> {
    const opened = new ResourceTypeResolver(types);
    if (!types.some((type) => interceptedTypes[type] !== undefined)) return opened;
    page.listen("Network.requestWillBeSent", ({ requestId, type }) => {
      if (type !== undefined) opened.#record(requestId, type);
    });
    await page.call("Network.enable", {}, signal);
    return opened;
  }

  async typeOf({
    resourceType,
    networkId,
  }: Protocol.Fetch.RequestPausedEvent): Promise<ResourceType> {
    const isAmbiguous =
      this.interceptedTypes.includes(resourceType) && interceptedTypes[resourceType] !== undefined;
    if (!isAmbiguous || networkId === undefined) return resourceType;
    if (!this.#known.has(networkId)) await this.#awaitReport(networkId);
    return this.#known.get(networkId) ?? resourceType;
  }

  #record(networkID: string, type: ResourceType): void {
    this.#known.set(networkID, type);
    this.#waiting.get(networkID)?.();
  }

  async #awaitReport(networkID: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, mostWaitMilliseconds);
    this.#waiting.set(networkID, resolve);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(networkID);
  }
}

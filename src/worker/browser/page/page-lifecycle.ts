import type { Protocol } from "puppeteer-core";

/** What the page's main document has reached. */
export type LifecycleEvent = "load" | "DOMContentLoaded" | "networkIdle" | "networkAlmostIdle";

/** One document of the main frame: a navigation, a script's `document.open` or `Page.setDocumentContent` makes another. */
export interface PageDocument {
  /** Counts from 1 in the order they appeared. */
  readonly number: number;
  readonly loaderID: string;
  readonly reached: ReadonlySet<string>;
  /** As the address bar would show it, of an error page the address that could not be reached. */
  readonly url: string;
  /** The browser shows its own error page instead. */
  readonly isErrorPage: boolean;
}

interface MutableDocument extends PageDocument {
  reached: Set<string>;
  url: string;
  isErrorPage: boolean;
}

/**
 * Follows the main frame by the events of the Page domain alone; the network domain costs a fifth of the throughput.
 * A page is "leaving" from the moment it asks for another document until that one is there or given up.
 */
export class PageLifecycle {
  readonly #frameID: string;
  readonly #waiting = new Set<() => void>();
  #document: MutableDocument;
  #leaving: "No" | "Asked" | "Started" = "No";

  constructor(frameID: string) {
    this.#frameID = frameID;
    this.#document = newDocument(1, "");
  }

  get document(): PageDocument {
    return this.#document;
  }

  get isLeaving(): boolean {
    return this.#leaving !== "No";
  }

  onLifecycleEvent(event: Protocol.Page.LifecycleEventEvent): void {
    if (event.frameId !== this.#frameID) return;
    if (event.name === "init" || (this.#document.loaderID === "" && event.name === "commit"))
      this.#document = newDocument(this.#document.number + 1, event.loaderId, this.#document);
    else if (event.loaderId === this.#document.loaderID) this.#document.reached.add(event.name);
    this.#wake();
  }

  onFrameNavigated(event: Protocol.Page.FrameNavigatedEvent): void {
    if (event.frame.id !== this.#frameID) return;
    // The document's "init" comes first; a document restored without one must not be missed.
    if (event.frame.loaderId !== this.#document.loaderID)
      this.#document = newDocument(this.#document.number + 1, event.frame.loaderId);
    this.#document.isErrorPage = event.frame.unreachableUrl !== undefined;
    this.#document.url = event.frame.unreachableUrl ?? event.frame.url;
    this.#leaving = "No";
    this.#wake();
  }

  onNavigatedWithinDocument(event: Protocol.Page.NavigatedWithinDocumentEvent): void {
    if (event.frameId === this.#frameID) this.#document.url = event.url;
  }

  /** A script, a form, a link or a refresh asks for another document; the browser may still say no. */
  onNavigationAsked(event: Protocol.Page.FrameRequestedNavigationEvent): void {
    if (event.frameId !== this.#frameID || event.disposition !== "currentTab") return;
    if (this.#leaving === "No") this.#leaving = "Asked";
    this.#wake();
  }

  onNavigationStarted(event: Protocol.Page.FrameStartedNavigatingEvent): void {
    const { frameId, navigationType } = event;
    const staysHere = navigationType === "sameDocument" || navigationType === "historySameDocument";
    if (frameId !== this.#frameID || staysHere) return;
    this.#leaving = "Started";
    this.#wake();
  }

  /** Follows every wish to navigate: after the start of the navigation, or instead of it. */
  onNavigationCleared(event: Protocol.Page.FrameClearedScheduledNavigationEvent): void {
    if (event.frameId !== this.#frameID || this.#leaving !== "Asked") return;
    this.#leaving = "No";
    this.#wake();
  }

  /** A navigation that ends in a download or in no content stops loading without another document. */
  onStoppedLoading(event: Protocol.Page.FrameStoppedLoadingEvent): void {
    if (event.frameId !== this.#frameID) return;
    this.#leaving = "No";
    this.#wake();
  }

  /** Resolves as soon as the condition holds; checked on every change. Rejects with the signal's reason. */
  async until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (condition()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (condition()) resolve();
    };
    const abort = (): void => reject(signal.reason);
    this.#waiting.add(look);
    signal.addEventListener("abort", abort, { once: true });
    try {
      await promise;
    } finally {
      this.#waiting.delete(look);
      signal.removeEventListener("abort", abort);
    }
  }

  #wake(): void {
    for (const look of this.#waiting) look();
  }
}

function newDocument(number: number, loaderID: string, before?: MutableDocument): MutableDocument {
  return {
    number,
    loaderID,
    reached: new Set(),
    url: before?.url ?? "about:blank",
    isErrorPage: false,
  };
}

import type { Protocol } from "puppeteer-core";

/** Events of the page's main document. */
export type LifecycleEvent = "load" | "DOMContentLoaded" | "networkIdle" | "networkAlmostIdle";

/** One document of the main frame. A navigation, `document.open` and `Page.setDocumentContent` create a new one. */
interface PageDocument {
  /** From 1, in order of appearance. */
  readonly number: number;
  readonly loaderID: string;
  readonly reached: ReadonlySet<string>;
  /** As in the address bar; of an error page, the address that could not be reached. */
  readonly url: string;
  /** Whether it is an error page of the browser. */
  readonly isErrorPage: boolean;
  /** Whether loading has ended, for now and in whichever way. */
  readonly hasStopped: boolean;
}

interface MutableDocument extends PageDocument {
  reached: Set<string>;
  url: string;
  isErrorPage: boolean;
  hasStopped: boolean;
}

/**
 * Follows the main frame through events of the Page domain only: the network domain costs a fifth of the throughput.
 * A page is leaving from the moment it requests another document until that document appears or the navigation ends without one.
 */
export class PageLifecycle {
  readonly #frameID: string;
  readonly #waiting = new Set<() => void>();
  #document: MutableDocument;
  #leaving: "No" | "Requested" | "Started" = "No";

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
    this.#notify();
  }

  onFrameNavigated(event: Protocol.Page.FrameNavigatedEvent): void {
    if (event.frame.id !== this.#frameID) return;
    // Usually "init" came first; a restored document has none.
    if (event.frame.loaderId !== this.#document.loaderID)
      this.#document = newDocument(this.#document.number + 1, event.frame.loaderId);
    this.#document.isErrorPage = event.frame.unreachableUrl !== undefined;
    this.#document.url = event.frame.unreachableUrl ?? event.frame.url;
    this.#leaving = "No";
    this.#notify();
  }

  onNavigatedWithinDocument(event: Protocol.Page.NavigatedWithinDocumentEvent): void {
    if (event.frameId === this.#frameID) this.#document.url = event.url;
  }

  /**
   * The first that is heard of a navigation: for most before the answer to the command whose script or click caused it. One with a
   * delay is a refresh, which counts when its time has come.
   */
  onNavigationScheduled(event: Protocol.Page.FrameScheduledNavigationEvent): void {
    if (event.frameId !== this.#frameID || event.delay > 0) return;
    if (this.#leaving === "No") this.#leaving = "Requested";
    this.#notify();
  }

  /** A script, a form, a link or a refresh requests another document; the browser may still refuse. */
  onNavigationRequested(event: Protocol.Page.FrameRequestedNavigationEvent): void {
    if (event.frameId !== this.#frameID || event.disposition !== "currentTab") return;
    if (this.#leaving === "No") this.#leaving = "Requested";
    this.#notify();
  }

  onNavigationStarted(event: Protocol.Page.FrameStartedNavigatingEvent): void {
    const { frameId, navigationType } = event;
    const staysHere = navigationType === "sameDocument" || navigationType === "historySameDocument";
    if (frameId !== this.#frameID || staysHere) return;
    this.#leaving = "Started";
    this.#notify();
  }

  /** Follows every requested navigation, after its start or instead of it. */
  onNavigationCleared(event: Protocol.Page.FrameClearedScheduledNavigationEvent): void {
    if (event.frameId !== this.#frameID || this.#leaving !== "Requested") return;
    this.#leaving = "No";
    this.#notify();
  }

  onStartedLoading(event: Protocol.Page.FrameStartedLoadingEvent): void {
    if (event.frameId === this.#frameID) this.#document.hasStopped = false;
  }

  /** A navigation that ends in a download or in no content stops loading without another document. */
  onStoppedLoading(event: Protocol.Page.FrameStoppedLoadingEvent): void {
    if (event.frameId !== this.#frameID) return;
    this.#leaving = "No";
    this.#document.hasStopped = true;
    this.#notify();
  }

  /** For a document that stopped by itself, of which the browser tells no end. */
  treatAsLoaded(): void {
    this.#document.reached.add("DOMContentLoaded").add("load");
    this.#notify();
  }

  /** Resolves when the condition is true, checked now and after every change. @throws the signal's reason */
  async until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (condition()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = (): void => {
      if (condition()) resolve();
    };
    const abort = (): void => reject(signal.reason);
    this.#waiting.add(check);
    signal.addEventListener("abort", abort, { once: true });
    try {
      await promise;
    } finally {
      this.#waiting.delete(check);
      signal.removeEventListener("abort", abort);
    }
  }

  #notify(): void {
    for (const check of this.#waiting) check();
  }
}

function newDocument(number: number, loaderID: string, before?: MutableDocument): MutableDocument {
  return {
    number,
    loaderID,
    reached: new Set(),
    url: before?.url ?? "about:blank",
    isErrorPage: false,
    hasStopped: false,
  };
}

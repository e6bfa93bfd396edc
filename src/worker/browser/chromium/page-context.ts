import type { CDPSession } from "puppeteer-core";
import type { Failure } from "../../../api/reasons/failure.ts";

/** A page of a browser context with its DevTools session. */
export interface PageOfContext {
  readonly contextID: string;
  readonly targetID: string;
  /** The only DevTools session on the page: puppeteer itself never attaches to it. */
  readonly session: CDPSession;
  /** Aborted with a Failure(BrowserFailed or BrowserOutOfMemory) when the page's renderer crashes or the browser ends. */
  readonly lost: AbortSignal;
  /** Another blank page of the same context, which shares its cookies and its way out. @throws Failure(BrowserFailed) */
  openAnother(): Promise<PageOfContext>;
}

/** A fresh browser context with one blank page. */
export interface PageContext extends PageOfContext {
  /** Disposes of the context. Never rejects; when it takes longer than 3 s, the browser is killed. */
  dispose(): Promise<void>;
}

/** Opens a blank page in a context, and attaches to it. */
type OpenPage = () => Promise<{ targetID: string; session: CDPSession }>;

/** A context of a browser that runs: the browser marks its pages lost. */
export class OpenContext implements PageContext {
  readonly contextID: string;
  readonly #openPage: OpenPage;
  readonly #disposeOnce: () => Promise<void>;
  /** The first one is what the context stands for. */
  readonly #pages: OpenPageOfContext[] = [];
  #disposed: Promise<void> | undefined;
  #ended: Failure | undefined;

  constructor(contextID: string, openPage: OpenPage, dispose: () => Promise<void>) {
    this.contextID = contextID;
    this.#openPage = openPage;
    this.#disposeOnce = dispose;
  }

  get targetID(): string {
    return this.#first.targetID;
  }

  get session(): CDPSession {
    return this.#first.session;
  }

  get lost(): AbortSignal {
    return this.#first.lost;
  }

  async openAnother(): Promise<PageOfContext> {
    const { contextID } = this;
    const { targetID, session } = await this.#openPage();
    if (this.#ended !== undefined) throw this.#ended;
    const lost = new AbortController();
    const openAnother = (): Promise<PageOfContext> => this.openAnother();
    const page = { contextID, targetID, session, lost: lost.signal, openAnother };
    this.#pages.push({ ...page, lose: (reason) => lost.abort(reason) });
    return page;
  }

  /** Marks one page lost, or all. */
  lose(cause: Failure, targetID?: string): void {
    if (this.#disposed !== undefined) return;
    if (targetID === undefined) this.#ended = cause;
    for (const page of this.#pages)
      if (targetID === undefined || page.targetID === targetID) page.lose(cause);
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#disposeOnce();
    return this.#disposed;
  }

  get #first(): PageOfContext {
    const [first] = this.#pages;
    if (first === undefined) throw new Error("The context has no page yet");
    return first;
  }
}

interface OpenPageOfContext extends PageOfContext {
  lose(reason: Failure): void;
}

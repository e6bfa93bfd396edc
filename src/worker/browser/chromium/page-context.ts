import type { CDPSession } from "puppeteer-core";
import { Failure } from "../../../api/reasons/failure.ts";

/** A fresh browser context with one blank page and the DevTools session of that page. */
export interface PageContext {
  readonly contextID: string;
  readonly targetID: string;
  /** The only DevTools session on the page: puppeteer itself never attaches to it. */
  readonly session: CDPSession;
  /** Aborted with a Failure(BrowserFailed) when the page's renderer crashes or the browser ends. */
  readonly lost: AbortSignal;
  /** Disposes of the context. Never rejects; when it takes longer than 3 s, the browser is killed. */
  dispose(): Promise<void>;
}

/** A context of a browser that runs: the browser sets its page, and marks it lost. */
export class OpenContext implements PageContext {
  readonly contextID: string;
  readonly #lost = new AbortController();
  readonly #disposeOnce: () => Promise<void>;
  #targetID = "";
  #session: CDPSession | undefined;
  #disposed: Promise<void> | undefined;

  constructor(contextID: string, dispose: () => Promise<void>) {
    this.contextID = contextID;
    this.#disposeOnce = dispose;
  }

  get targetID(): string {
    return this.#targetID;
  }

  get session(): CDPSession {
    if (this.#session === undefined) throw new Error("The context has no page yet");
    return this.#session;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  openPage(targetID: string, session: CDPSession): void {
    this.#targetID = targetID;
    this.#session = session;
  }

  lose(message: string): void {
    if (this.#disposed === undefined) this.#lost.abort(new Failure("BrowserFailed", { message }));
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#disposeOnce();
    return this.#disposed;
  }
}

import type { CDPEvents, CDPSession } from "puppeteer-core";
import { unlessAborted } from "../../../platform/process/unless-aborted.ts";
import type { PageOfContext } from "../chromium/page-context.ts";
import type {
  Command,
  CommandAnswer,
  CommandParameters,
  DevToolsClient,
} from "./devtools-client.ts";
import { FrameLoads } from "./frame-loads.ts";
import { attachToFrames } from "./frame-session.ts";
import type { FrameSession } from "./frame-session.ts";
import { DocumentGone, toPageFailure } from "./page-failure.ts";
import { setIdentity } from "./page-identity.ts";
import { PageLifecycle } from "./page-lifecycle.ts";
import { IsolatedWorld } from "./isolated-world.ts";
import { RefusedDownloads } from "./refused-downloads.ts";
import { RequestInterception } from "./request-interception.ts";

type PrepareFrame = (frame: FrameSession) => Promise<void>;

/** The result of a navigation: without `errorText` and download, it led to a document. */
export interface NavigationOutcome {
  /** A `net::ERR_…` code. */
  errorText?: string;
  isDownload: boolean;
  /** The name that the browser would give to the download, if it tells in time; its ending follows from the media type. */
  fileName?: string;
}

/**
 * The page of a fresh context, driven through one DevTools session. Puppeteer's own page is not used: a second session silently
 * undoes media emulation, and puppeteer's enables the network domain, which costs a fifth of the throughput.
 *
 * Dialogs are dismissed while the session is open. Every call rejects with the reason of its signal when that is aborted, and with
 * Failure(BrowserFailed) when the page or the browser ends.
 */
export class PageSession implements Disposable, DevToolsClient {
  readonly lifecycle: PageLifecycle;
  readonly frames: FrameLoads;
  /** Runs our scripts: the page neither sees them nor can replace what they call. */
  readonly world: IsolatedWorld;
  /** Intercepts no request until a handler is added. */
  readonly requests: RequestInterception;
  readonly #context: PageOfContext;
  readonly #stopListening = new DisposableStack();
  readonly #framePreparations: PrepareFrame[] = [];
  readonly #downloads = new RefusedDownloads();

  constructor(context: PageOfContext) {
    this.#context = context;
    // The main frame of a page has the id of its target.
    this.lifecycle = new PageLifecycle(context.targetID);
    this.frames = new FrameLoads(this, context.targetID);
    this.world = new IsolatedWorld(this, context.targetID);
    this.requests = new RequestInterception(this);
    this.#listen();
  }

  /** Aborted with a Failure(BrowserFailed) when the page or its browser ends. */
  get lost(): AbortSignal {
    return this.#context.lost;
  }

  /** Sends a command and waits for its answer. @throws DocumentGone when the page left the document meanwhile */
  async call<Name extends Command>(
    method: Name,
    parameters: CommandParameters<Name>,
    signal: AbortSignal,
  ): Promise<CommandAnswer<Name>> {
    const { session, lost } = this.#context;
    lost.throwIfAborted();
    signal.throwIfAborted();
    const answer = session.send(method, parameters) as Promise<CommandAnswer<Name>>;
    return await unlessAborted(answer, [lost, signal]).catch((thrown: unknown) => {
      if (thrown === signal.reason || thrown === lost.reason) throw thrown;
      throw toPageFailure(thrown);
    });
  }

  /**
   * For commands that Chromium never answers if the document is replaced meanwhile, such as a screenshot.
   * @throws DocumentGone as soon as the document is replaced
   */
  async callOnDocument<Name extends Command>(
    method: Name,
    parameters: CommandParameters<Name>,
    signal: AbortSignal,
  ): Promise<CommandAnswer<Name>> {
    const { loaderID } = this.lifecycle.document;
    const answered = new AbortController();
    const replaced = this.lifecycle.until(
      () => this.lifecycle.document.loaderID !== loaderID,
      answered.signal,
    );
    const gone = replaced.then(() => {
      throw new DocumentGone(method);
    });
    try {
      return await Promise.race([this.call(method, parameters, signal), gone]);
    } finally {
      gone.catch(ignore);
      answered.abort();
    }
  }

  /** Opens an address. Resolves when there is a new document, or the navigation has failed. */
  async navigate(url: string, signal: AbortSignal): Promise<NavigationOutcome> {
    const answer = await this.call("Page.navigate", { url }, signal);
    const isDownload = answer.isDownload === true;
    const fileName = isDownload ? await this.#downloads.firstName() : undefined;
    return {
      isDownload,
      ...(answer.errorText !== undefined && { errorText: answer.errorText }),
      ...(fileName !== undefined && { fileName }),
    };
  }

  /** Shows HTML at about:blank, which has an opaque origin without access to files. */
  async showDocument(html: string, signal: AbortSignal): Promise<void> {
    const before = this.lifecycle.document.number;
    const frameId = this.#context.targetID;
    await this.call("Page.setDocumentContent", { frameId, html }, signal);
    await this.lifecycle.until(() => this.lifecycle.document.number > before, signal);
  }

  /** A session on another blank page of the same context. @throws Failure(BrowserFailed) */
  async openAnother(signal: AbortSignal): Promise<PageSession> {
    const page = await unlessAborted(this.#context.openAnother(), [signal]);
    return await openPageSession(page, signal);
  }

  /** Grants geolocation to the pages of the context; the browser denies all other permissions. */
  async allowGeolocation(signal: AbortSignal): Promise<void> {
    const browserContextId = this.#context.contextID;
    await this.call(
      "Browser.grantPermissions",
      { permissions: ["geolocation"], browserContextId },
      signal,
    );
  }

  /**
   * Opens a session on each frame of another site from now on, one for all callers; such a frame waits for what each `prepare` sends at
   * once.
   */
  async attachToFrames(prepare: PrepareFrame): Promise<void> {
    this.#framePreparations.push(prepare);
    if (this.#framePreparations.length > 1) return;
    await attachToFrames(this.#context.session, async (frame) => {
      await Promise.all(this.#framePreparations.map((one) => one(frame)));
    });
  }

  /** Whether a frame is the main frame of the page. */
  isMainFrame(frameID: string | undefined): boolean {
    return frameID === this.#context.targetID;
  }

  /** Calls the listener for each event until the session is closed. The event's domain must be enabled. */
  listen<Name extends keyof CDPEvents>(
    name: Name,
    listener: (event: CDPEvents[Name]) => void,
  ): void {
    this.#on(name, listener);
  }

  /** Sends a command whose outcome does not matter, such as one about a request that may have ended. */
  send<Name extends Command>(method: Name, parameters: CommandParameters<Name>): void {
    this.#ignoreOutcome(method, parameters);
  }

  /** Removes the listeners. Does not wait for the page, which may hang, and does not dispose of its context. */
  close(): void {
    this.#stopListening.dispose();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #listen(): void {
    this.#on("Page.lifecycleEvent", (event) => this.lifecycle.onLifecycleEvent(event));
    this.#on("Page.frameNavigated", (event) => {
      if (event.frame.id === this.#context.targetID) this.world.forget();
      this.lifecycle.onFrameNavigated(event);
    });
    this.#on("Page.navigatedWithinDocument", (event) =>
      this.lifecycle.onNavigatedWithinDocument(event),
    );
    this.#on("Page.frameRequestedNavigation", (event) =>
      this.lifecycle.onNavigationRequested(event),
    );
    this.#on("Page.frameStartedNavigating", (event) => this.lifecycle.onNavigationStarted(event));
    this.#on("Page.frameClearedScheduledNavigation", (event) =>
      this.lifecycle.onNavigationCleared(event),
    );
    this.#on("Page.frameScheduledNavigation", (event) =>
      this.lifecycle.onNavigationScheduled(event),
    );
    this.#on("Page.frameStartedLoading", (event) => this.lifecycle.onStartedLoading(event));
    this.#on("Page.frameStoppedLoading", (event) => this.lifecycle.onStoppedLoading(event));
    this.#on("Browser.downloadWillBegin", (event) => this.#downloads.onDownload(event));
    // An open dialog blocks the page, its scripts and its picture.
    this.#on("Page.javascriptDialogOpening", (event) =>
      this.#ignoreOutcome("Page.handleJavaScriptDialog", { accept: event.type === "beforeunload" }),
    );
  }

  #on<Name extends keyof CDPEvents>(name: Name, listener: (event: CDPEvents[Name]) => void): void {
    const session: CDPSession = this.#context.session;
    session.on(name, listener);
    this.#stopListening.defer(() => session.off(name, listener));
  }

  #ignoreOutcome<Name extends Command>(method: Name, parameters: CommandParameters<Name>): void {
    this.#context.session.send(method, parameters).catch(ignore);
  }
}

/**
 * Opens the session of a fresh context's page. It does not depend on the job, so it can be done ahead of time.
 * @throws Failure(BrowserFailed) when the page does not answer
 */
export async function openPageSession(
  context: PageOfContext,
  signal: AbortSignal,
): Promise<PageSession> {
  const page = new PageSession(context);
  try {
    await Promise.all([
      page.call("Page.enable", {}, signal),
      page.call("Page.setLifecycleEventsEnabled", { enabled: true }, signal),
      setIdentity(page, {}, signal),
      // Without it the browser refuses downloads, too, but does not tell their names.
      page.call(
        "Browser.setDownloadBehavior",
        { behavior: "deny", browserContextId: context.contextID, eventsEnabled: true },
        signal,
      ),
    ]);
    return page;
  } catch (thrown) {
    page.close();
    throw thrown;
  }
}

function ignore(): void {}

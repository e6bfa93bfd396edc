import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { CDPSession, Connection } from "puppeteer-core";
import { Failure } from "../../../api/reasons/failure.ts";
import type { Logger } from "../../../platform/process/logger.ts";
import { removeBrowserHome } from "./browser-home.ts";
import type { BrowserHome } from "./browser-home.ts";
import { largestRenderer, memoryOf, processesOfGroup } from "./process-table.ts";

/** A fresh browser context with its one blank page, reached through a DevTools session of our own. */
export interface PageContext {
  readonly contextID: string;
  readonly targetID: string;
  /** The only DevTools session on the page: puppeteer itself never attaches to it. */
  readonly session: CDPSession;
  /** Aborted, with a Failure(BrowserFailed) as reason, once the page's renderer crashed or the browser is gone. */
  readonly lost: AbortSignal;
  /** Disposes of the context. Never throws; a context that does not go within 3 s costs the browser its life. */
  dispose(): Promise<void>;
}

export interface RunningBrowserParts {
  child: ChildProcess;
  exited: Promise<void>;
  /** The DevTools session of the browser itself. */
  root: CDPSession;
  home: BrowserHome;
  version: string;
  sandboxed: boolean;
  log: Logger;
}

export interface BrowserLoad {
  /** PSS of all its processes, as far as the kernel tells. */
  memoryBytes: number;
  processes: number;
}

/** A healthy browser answers in milliseconds; these are for one on a machine that is badly overloaded. */
const callTimeoutMilliseconds = 15_000;
/** Measured: 5 to 7 ms, also with a page that loops for ever. */
const disposeTimeoutMilliseconds = 3_000;
const closeTimeoutMilliseconds = 5_000;

/** One Chromium with everything that must not outlive it: its process group and its folders. */
export class RunningBrowser {
  readonly pid: number;
  readonly version: string;
  readonly sandboxed: boolean;
  /** Resolves when all its processes are dead and its folders are gone. Never rejects. */
  readonly closed: Promise<void>;
  readonly #parts: RunningBrowserParts;
  readonly #connection: Connection;
  /** Context → its one page. */
  readonly #contexts = new Map<string, OpenContext>();
  #gone = false;

  constructor(parts: RunningBrowserParts) {
    const connection = parts.root.connection();
    if (connection === undefined || parts.child.pid === undefined)
      throw new Error("The browser ended while it was launched");
    this.#parts = parts;
    this.#connection = connection;
    this.pid = parts.child.pid;
    this.version = parts.version;
    this.sandboxed = parts.sandboxed;
    this.closed = this.#tidyUp();
    this.#watchTargets();
  }

  /** Whether its process has ended. */
  get gone(): boolean {
    return this.#gone;
  }

  /**
   * A fresh context with a blank page, whose only way out is the SOCKS proxy on this loopback port.
   * @throws Failure(BrowserFailed) when the browser does not do it.
   */
  async createContext(proxyPort: number): Promise<PageContext> {
    try {
      return await this.#createContext(proxyPort);
    } catch (thrown) {
      throw new Failure("BrowserFailed", {
        message: "The browser did not open a page",
        cause: thrown,
      });
    }
  }

  /** One round trip to the browser's main process. @throws Error when it does not answer in time. */
  async ping(): Promise<void> {
    await this.#parts.root.send("Browser.getVersion", undefined, {
      timeout: callTimeoutMilliseconds,
    });
  }

  async measure(): Promise<BrowserLoad> {
    const processes = await processesOfGroup(this.pid);
    return { memoryBytes: await memoryOf(processes), processes: processes.length };
  }

  /** Ends the page that holds most memory, before the kernel ends everything. Its context is lost, the others are not. */
  async killLargestRenderer(): Promise<void> {
    const pid = await largestRenderer(await processesOfGroup(this.pid));
    if (pid === undefined || this.#gone) return;
    this.#parts.log.warn({ browserPID: this.pid, pid }, "Page takes too much memory and is ended");
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }

  /** Asks it to end, and kills it if it does not within 5 s. Never throws. */
  async close(): Promise<void> {
    await this.#parts.root
      .send("Browser.close", undefined, { timeout: closeTimeoutMilliseconds })
      .catch(() => undefined);
    const ended = this.#parts.exited.then(() => true);
    const late = delay(closeTimeoutMilliseconds, false, { ref: false });
    if (!(await Promise.race([ended, late]))) this.#killGroup();
    await this.closed;
  }

  /** SIGKILL to the whole process group. */
  async kill(): Promise<void> {
    this.#killGroup();
    await this.closed;
  }

  async #createContext(proxyPort: number): Promise<PageContext> {
    const { root } = this.#parts;
    const limit = { timeout: callTimeoutMilliseconds };
    const { browserContextId: contextID } = await root.send(
      "Target.createBrowserContext",
      {
        disposeOnDetach: true,
        proxyServer: `socks5://127.0.0.1:${proxyPort}`,
        // Otherwise Chromium goes to loopback addresses past the proxy; the browser's own flag does not count here.
        proxyBypassList: "<-loopback>",
      },
      limit,
    );
    const context = new OpenContext(contextID, () => this.#dispose(contextID));
    this.#contexts.set(contextID, context);
    try {
      const { targetId: targetID } = await root.send(
        "Target.createTarget",
        { url: "about:blank", browserContextId: contextID },
        limit,
      );
      context.openPage(targetID, await this.#attach(contextID, targetID));
      return context;
    } catch (thrown) {
      await context.dispose();
      throw thrown;
    }
  }

  #attach(contextID: string, targetID: string): Promise<CDPSession> {
    return this.#connection.createSession({
      targetId: targetID,
      browserContextId: contextID,
      type: "page",
      title: "",
      url: "about:blank",
      attached: false,
      canAccessOpener: false,
    });
  }

  async #dispose(contextID: string): Promise<void> {
    this.#contexts.delete(contextID);
    if (this.#gone) return;
    try {
      await this.#parts.root.send(
        "Target.disposeBrowserContext",
        { browserContextId: contextID },
        { timeout: disposeTimeoutMilliseconds },
      );
    } catch (thrown) {
      if (this.#gone) return;
      this.#parts.log.warn(
        { err: thrown, browserPID: this.pid },
        "Browser did not dispose of a context in time and is killed",
      );
      this.#killGroup();
    }
  }

  /** Puppeteer has target discovery on already. */
  #watchTargets(): void {
    this.#connection.on("Target.targetCrashed", ({ targetId }) => {
      this.#lose(targetId, "The page crashed; it may need more memory than one page may have");
    });
    this.#connection.on("Target.targetDestroyed", ({ targetId }) => {
      this.#lose(targetId, "The page closed itself");
    });
  }

  #lose(targetID: string, message: string): void {
    for (const context of this.#contexts.values())
      if (context.targetID === targetID) context.lose(message);
  }

  async #tidyUp(): Promise<void> {
    await this.#parts.exited;
    this.#gone = true;
    for (const context of this.#contexts.values()) context.lose("The browser ended");
    this.#contexts.clear();
    // The main process is dead; children that hang would not notice.
    this.#killGroup();
    await removeBrowserHome(this.#parts.home).catch((thrown: unknown) => {
      this.#parts.log.warn({ err: thrown }, "Could not remove the folders of a browser");
    });
  }

  #killGroup(): void {
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch {
      // Gone already.
    }
  }
}

class OpenContext implements PageContext {
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

import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { CDPSession, Connection } from "puppeteer-core";
import { Failure } from "../../../api/reasons/failure.ts";
import type { Logger } from "../../../platform/process/logger.ts";
import { removeBrowserHome } from "./browser-home.ts";
import type { BrowserHome } from "./browser-home.ts";
import { OpenContext } from "./page-context.ts";
import type { PageContext } from "./page-context.ts";
import { largestRenderer, memoryOf, processesOfGroup } from "./process-table.ts";

interface RunningBrowserOptions {
  child: ChildProcess;
  exited: Promise<void>;
  /** The DevTools session of the browser itself. */
  root: CDPSession;
  /** Aborted before the calls that wait for the browser reject. */
  pipeClosed: AbortSignal;
  home: BrowserHome;
  version: string;
  sandboxed: boolean;
  log: Logger;
}

export interface BrowserLoad {
  /** PSS of all its processes; see `memoryOf`. */
  memoryBytes: number;
  processes: number;
}

/** A healthy browser answers in milliseconds; the limit allows for a machine under heavy load. */
const callTimeoutMilliseconds = 15_000;
/** Measured: 5 to 7 ms, also with a page that loops for ever. */
const disposeTimeoutMilliseconds = 3_000;
const closeTimeoutMilliseconds = 5_000;

/** One Chromium with its process group and its folders, which end with it. */
export class RunningBrowser {
  readonly pid: number;
  readonly version: string;
  readonly sandboxed: boolean;
  /** Resolves when all its processes have ended and its folders are removed. Never rejects. */
  readonly closed: Promise<void>;
  readonly #options: RunningBrowserOptions;
  readonly #connection: Connection;
  readonly #contexts = new Map<string, OpenContext>();
  #hasEnded = false;

  constructor(options: RunningBrowserOptions) {
    const connection = options.root.connection();
    if (connection === undefined || options.child.pid === undefined)
      throw new Error("The browser ended while it was launched");
    this.#options = options;
    this.#connection = connection;
    this.pid = options.child.pid;
    this.version = options.version;
    this.sandboxed = options.sandboxed;
    this.closed = this.#cleanUp();
    this.#watchTargets();
    // The pipe may close before the process counts as ended, and calls of pages fail with the pipe.
    options.pipeClosed.addEventListener("abort", () => this.#end(), { once: true });
  }

  /** Whether its process has ended, or does not listen any more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * A fresh context with a blank page, whose only way out is the SOCKS proxy on this loopback port.
   * @throws Failure(BrowserFailed)
   */
  async createContext(proxyPort: number): Promise<PageContext> {
    return await orFailure(this.#createContext(proxyPort));
  }

  /** One round trip to the browser's main process. @throws Error when it does not answer in time. */
  async ping(): Promise<void> {
    await this.#options.root.send("Browser.getVersion", undefined, {
      timeout: callTimeoutMilliseconds,
    });
  }

  async measure(): Promise<BrowserLoad> {
    const processes = await processesOfGroup(this.pid);
    return { memoryBytes: await memoryOf(processes), processes: processes.length };
  }

  /** Kills the page that holds most memory, before the kernel kills the whole container. Its context is lost, the others are not. */
  async killLargestRenderer(): Promise<void> {
    const pid = await largestRenderer(await processesOfGroup(this.pid));
    if (pid === undefined || this.#hasEnded) return;
    this.#options.log.warn(
      { browserPID: this.pid, pid },
      "Page takes too much memory and is killed",
    );
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }

  /** Closes the browser, and kills it when that takes longer than 5 s. Never rejects. */
  async close(): Promise<void> {
    await this.#options.root
      .send("Browser.close", undefined, { timeout: closeTimeoutMilliseconds })
      .catch(() => undefined);
    const ended = this.#options.exited.then(() => true);
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
    const { root } = this.#options;
    const limit = { timeout: callTimeoutMilliseconds };
    const { browserContextId: contextID } = await root.send(
      "Target.createBrowserContext",
      {
        disposeOnDetach: true,
        proxyServer: `socks5://127.0.0.1:${proxyPort}`,
        // Without it Chromium goes to loopback addresses past the proxy; the browser's flag does not apply to contexts.
        proxyBypassList: "<-loopback>",
      },
      limit,
    );
    const context = new OpenContext(
      contextID,
      () => orFailure(this.#openPage(contextID)),
      () => this.#dispose(contextID),
    );
    this.#contexts.set(contextID, context);
    try {
      await context.openAnother();
      return context;
    } catch (thrown) {
      await context.dispose();
      throw thrown;
    }
  }

  async #openPage(contextID: string): Promise<{ targetID: string; session: CDPSession }> {
    const { targetId: targetID } = await this.#options.root.send(
      "Target.createTarget",
      { url: "about:blank", browserContextId: contextID },
      { timeout: callTimeoutMilliseconds },
    );
    return { targetID, session: await this.#attach(contextID, targetID) };
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
    if (this.#hasEnded) return;
    try {
      await this.#options.root.send(
        "Target.disposeBrowserContext",
        { browserContextId: contextID },
        { timeout: disposeTimeoutMilliseconds },
      );
    } catch (thrown) {
      if (this.#hasEnded) return;
      this.#options.log.warn(
        { err: thrown, browserPID: this.pid },
        "Browser did not dispose of a context in time and is killed",
      );
      this.#killGroup();
    }
  }

  /** Puppeteer has enabled target discovery already. */
  #watchTargets(): void {
    this.#connection.on("Target.targetCrashed", ({ targetId }) => {
      this.#lose(targetId, "The page crashed; it may need more memory than one page may have");
    });
    this.#connection.on("Target.targetDestroyed", ({ targetId }) => {
      this.#lose(targetId, "The page closed itself");
    });
  }

  #lose(targetID: string, message: string): void {
    for (const context of this.#contexts.values()) context.lose(message, targetID);
  }

  async #cleanUp(): Promise<void> {
    await this.#options.exited;
    this.#end();
    // Children that hang do not notice that the main process has ended.
    this.#killGroup();
    await removeBrowserHome(this.#options.home).catch((thrown: unknown) => {
      this.#options.log.warn({ err: thrown }, "Could not remove the folders of a browser");
    });
  }

  #end(): void {
    this.#hasEnded = true;
    for (const context of this.#contexts.values()) context.lose("The browser ended");
    this.#contexts.clear();
  }

  #killGroup(): void {
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }
}

/** @throws Failure(BrowserFailed) */
async function orFailure<Result>(opening: Promise<Result>): Promise<Result> {
  try {
    return await opening;
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw new Failure("BrowserFailed", {
      message: "The browser did not open a page",
      cause: thrown,
    });
  }
}

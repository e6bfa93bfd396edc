import { setTimeout as delay } from "node:timers/promises";
import type { CDPSession, Connection } from "puppeteer-core";
import { Failure } from "../../../api/reasons/failure.ts";
import type { Logger } from "../../../platform/process/logger.ts";
import type { BrowserLoad, BrowserProcess } from "./browser-process.ts";
import { OpenContext } from "./page-context.ts";
import type { PageContext } from "./page-context.ts";

interface RunningBrowserOptions {
  process: BrowserProcess;
  /** The DevTools session of the browser itself. */
  root: CDPSession;
  /** Aborted before the calls that wait for the browser reject. */
  pipeClosed: AbortSignal;
  version: string;
  sandboxed: boolean;
  log: Logger;
}

/** A healthy browser answers in milliseconds; the limit allows for a machine under heavy load. */
const callTimeoutMilliseconds = 15_000;
/** Measured: 5 to 7 ms, also with a page that loops for ever. */
const disposeTimeoutMilliseconds = 3_000;
const closeTimeoutMilliseconds = 5_000;

/** One Chromium that takes commands; its processes and folders end with it. */
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
    if (connection === undefined) throw new Error("The browser ended while it was launched");
    this.#options = options;
    this.#connection = connection;
    this.pid = options.process.pid;
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

  /** Whether it was ended because its memory was used up. */
  get ranOutOfMemory(): boolean {
    return (
      this.#hasEnded && this.#options.process.endCauses.browser?.reason === "BrowserOutOfMemory"
    );
  }

  /** Above this it is replaced; undefined where the worker's own limit applies. */
  get recycleAboveBytes(): number | undefined {
    return this.#options.process.recycleAboveBytes;
  }

  async measure(): Promise<BrowserLoad> {
    return await this.#options.process.measure();
  }

  /** Kills the page that holds most memory. Its context is lost with this cause, the others are not. */
  async killLargestRenderer(cause: Failure): Promise<void> {
    if (!this.#hasEnded) await this.#options.process.killLargestRenderer(cause);
  }

  /** Closes the browser, and kills it when that takes longer than 5 s. Never rejects. */
  async close(): Promise<void> {
    await this.#options.root
      .send("Browser.close", undefined, { timeout: closeTimeoutMilliseconds })
      .catch(() => undefined);
    const { process } = this.#options;
    const ended = process.exited.then(() => true);
    const late = delay(closeTimeoutMilliseconds, false, { ref: false });
    if (!(await Promise.race([ended, late]))) process.kill();
    await this.closed;
  }

  /** SIGKILL to the whole process group. */
  async kill(): Promise<void> {
    this.#options.process.kill();
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
      this.#options.process.kill();
    }
  }

  /** Puppeteer has enabled target discovery already. */
  #watchTargets(): void {
    this.#connection.on("Target.targetCrashed", ({ targetId, status }) => {
      // A page that used up its own heap has "crashed".
      const cause = status === "killed" ? this.#options.process.endCauses.page : undefined;
      this.#lose(targetId, cause ?? failure(crashed));
    });
    this.#connection.on("Target.targetDestroyed", ({ targetId }) => {
      this.#lose(targetId, failure("The page closed itself"));
    });
  }

  #lose(targetID: string, cause: Failure): void {
    for (const context of this.#contexts.values()) context.lose(cause, targetID);
  }

  async #cleanUp(): Promise<void> {
    const { process } = this.#options;
    await process.exited;
    this.#end();
    await process.gone;
  }

  #end(): void {
    this.#hasEnded = true;
    const cause = this.#options.process.endCauses.browser ?? failure("The browser ended");
    for (const context of this.#contexts.values()) context.lose(cause);
    this.#contexts.clear();
  }
}

const crashed = "The page crashed; it may need more memory than one page may have";

function failure(message: string): Failure {
  return new Failure("BrowserFailed", { message });
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

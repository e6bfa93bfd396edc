import type { Socket } from "node:net";
import { join } from "node:path";
import {
  devtoolsSocketName,
  parseLauncherOrder,
} from "../../../../api/messages/launcher-messages.ts";
import type { LauncherOrder, LauncherReport } from "../../../../api/messages/launcher-messages.ts";
import type { Logger } from "../../../../platform/process/logger.ts";
import type { BrowserLoad } from "../../chromium/browser-process.ts";
import { LaunchFailure } from "../../chromium/launch-failure.ts";
import type { LocalBrowserProcess } from "../../chromium/local-browser-process.ts";
import type { MemoryUse } from "../../chromium/out-of-memory.ts";
import type { SandboxMode } from "../../chromium/start-browser.ts";
import { MessageLines } from "../message-lines.ts";
import { dialDevtools } from "./devtools-socket.ts";
import type { MemoryListener } from "./memory-watchdog.ts";

interface LauncherSessionOptions {
  socket: Socket;
  socketsFolder: string;
  sandbox: SandboxMode;
  recycleAboveBytes: number;
  startBrowser: (devtools: Socket) => Promise<LocalBrowserProcess>;
  log: Logger;
}

/** One connection to the worker, and the browsers it has asked for, which end with it. */
export class LauncherSession implements MemoryListener {
  /** Resolves when the connection has ended and every browser is gone. Never rejects. */
  readonly over: Promise<void>;
  readonly #options: LauncherSessionOptions;
  readonly #lines: MessageLines<LauncherReport, LauncherOrder>;
  readonly #browsers = new Map<string, LocalBrowserProcess>();
  readonly #closed = Promise.withResolvers<void>();
  /** Launches under way. */
  readonly #launches = new Set<Promise<void>>();
  /** Browsers that are to be killed as soon as they have started. */
  readonly #unwanted = new Set<string>();

  constructor(options: LauncherSessionOptions) {
    const { log, recycleAboveBytes, sandbox, socket } = options;
    this.#options = options;
    this.#lines = new MessageLines({
      socket,
      parse: parseLauncherOrder,
      onMessage: (order) => this.#obey(order),
      onEnd: (problem) => {
        log.info({ err: problem }, "The worker has gone away");
        this.#closed.resolve();
      },
    });
    this.over = this.#endAll();
    this.#lines.send({ kind: "Ready", sandbox, recycleAboveBytes });
  }

  get browsers(): readonly LocalBrowserProcess[] {
    return [...this.#browsers.values()];
  }

  end(): void {
    this.#lines.end();
  }

  onEnd(kind: "EndsPage" | "EndsBrowser", browser: LocalBrowserProcess, use: MemoryUse): void {
    const name = this.#nameOf(browser);
    if (name !== undefined) this.#lines.send({ kind, browser: name, ...use });
  }

  onLoad(use: MemoryUse, loads: ReadonlyMap<LocalBrowserProcess, BrowserLoad>): void {
    const browsers = [...loads].flatMap(([browser, load]) => {
      const name = this.#nameOf(browser);
      return name === undefined ? [] : [{ browser: name, ...load }];
    });
    this.#lines.send({ kind: "Load", ...use, browsers });
  }

  #nameOf(browser: LocalBrowserProcess): string | undefined {
    return [...this.#browsers].find(([, each]) => each === browser)?.[0];
  }

  #obey({ kind, browser }: LauncherOrder): void {
    if (kind === "Kill") {
      const running = this.#browsers.get(browser);
      if (running === undefined) this.#unwanted.add(browser);
      else running.kill();
      return;
    }
    const launch = this.#launch(browser).finally(() => this.#launches.delete(launch));
    this.#launches.add(launch);
  }

  /** Reports how it went; never rejects. */
  async #launch(name: string): Promise<void> {
    const { log } = this.#options;
    try {
      const browser = await this.#start(name);
      this.#browsers.set(name, browser);
      this.#lines.send({ kind: "Started", browser: name, pid: browser.pid });
      void this.#reportEnd(name, browser);
      if (this.#unwanted.has(name)) browser.kill();
    } catch (thrown) {
      log.error({ err: thrown }, "Could not start a browser");
      this.#reportEnded(name, thrown);
    } finally {
      this.#unwanted.delete(name);
    }
  }

  async #start(name: string): Promise<LocalBrowserProcess> {
    const { socketsFolder, startBrowser } = this.#options;
    const devtools = await dialDevtools(join(socketsFolder, devtoolsSocketName(name)));
    try {
      return await startBrowser(devtools);
    } finally {
      devtools.destroy();
    }
  }

  async #reportEnd(name: string, browser: LocalBrowserProcess): Promise<void> {
    await browser.exited;
    this.#reportEnded(name, browser.explainLaunchFailure(new Error("Chromium was killed")));
    // Its folders are removed meanwhile, which nobody waits for.
    await browser.gone;
    this.#browsers.delete(name);
  }

  #reportEnded(name: string, thrown: unknown): void {
    const reason = thrown instanceof LaunchFailure ? thrown.reason : "BrowserFailed";
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    this.#lines.send({ kind: "Ended", browser: name, reason, message });
  }

  async #endAll(): Promise<void> {
    await this.#closed.promise;
    await Promise.all(this.#launches);
    await Promise.all(
      this.browsers.map(async (browser) => {
        browser.kill();
        await browser.gone;
      }),
    );
  }
}

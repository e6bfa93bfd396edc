import type { Readable, Writable } from "node:stream";
import type { Failure } from "../../../api/reasons/failure.ts";
import type { Logger } from "../../../platform/process/logger.ts";
import { removeBrowserHome } from "./browser-home.ts";
import type { BrowserHome } from "./browser-home.ts";
import type { BrowserLoad, BrowserProcess, EndCauses } from "./browser-process.ts";
import type { ChromiumProcess } from "./chromium-process.ts";
import { explainLaunchFailure } from "./launch-failure.ts";
import type { LaunchFailure } from "./launch-failure.ts";
import { largestRenderer, memoryOf, processesOfGroup } from "./process-table.ts";

interface LocalBrowserProcessOptions {
  started: ChromiumProcess;
  home: BrowserHome;
  /** Of the program. */
  path: string;
  log: Logger;
}

/** A Chromium whose parent is this process, with its process group and its folders, which end with it. */
export class LocalBrowserProcess implements BrowserProcess {
  /** 0 when it could not be started. */
  readonly pid: number;
  readonly exited: Promise<void>;
  readonly gone: Promise<void>;
  readonly #options: LocalBrowserProcessOptions;
  #endCauses: EndCauses = {};
  #endsByUs = false;

  constructor(options: LocalBrowserProcessOptions) {
    const { child, exited } = options.started;
    this.#options = options;
    this.pid = child.pid ?? 0;
    this.exited = exited;
    this.gone = this.#cleanUp();
  }

  get endCauses(): EndCauses {
    return this.#endCauses;
  }

  /** The two DevTools pipes, for one that was started with them. */
  get pipes(): { toBrowser: Writable; fromBrowser: Readable } {
    const [, , , toBrowser, fromBrowser] = this.#options.started.child.stdio;
    return { toBrowser: toBrowser as Writable, fromBrowser: fromBrowser as Readable };
  }

  async measure(): Promise<BrowserLoad> {
    const processes = await processesOfGroup(this.pid);
    return { memoryBytes: await memoryOf(processes), processes: processes.length };
  }

  /** The renderer with the most memory; undefined if there is none. */
  async largestRenderer(): Promise<{ pid: number; memoryBytes: number } | undefined> {
    return await largestRenderer(await processesOfGroup(this.pid));
  }

  async killLargestRenderer(cause: Failure): Promise<void> {
    const renderer = await this.largestRenderer();
    if (renderer !== undefined) this.killRenderer(renderer.pid, cause);
  }

  /** Kills one page; its browser and the other pages go on. */
  killRenderer(pid: number, cause: Failure): void {
    this.#endCauses = { ...this.#endCauses, page: cause };
    this.#options.log.warn(
      { browserPID: this.pid, pid },
      "Page takes too much memory and is killed",
    );
    sendKill(pid);
  }

  kill(cause?: Failure): void {
    if (cause !== undefined) this.#endCauses = { ...this.#endCauses, browser: cause };
    this.#endsByUs ||= this.#options.started.end() === undefined;
    this.#killGroup();
  }

  explainLaunchFailure(thrown: unknown): LaunchFailure {
    const { started, path } = this.#options;
    const cause = this.#endsByUs ? thrown : (started.end() ?? thrown);
    return explainLaunchFailure(path, started.standardError(), cause);
  }

  async #cleanUp(): Promise<void> {
    const { home, log } = this.#options;
    await this.exited;
    // Children that hang do not notice that the main process has ended.
    this.#killGroup();
    await removeBrowserHome(home).catch((thrown: unknown) => {
      log.warn({ err: thrown }, "Could not remove the folders of a browser");
    });
  }

  #killGroup(): void {
    if (this.pid > 0) sendKill(-this.pid);
  }
}

function sendKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

import type { Socket } from "node:net";
import type { LauncherOrder, LauncherReport } from "../../../api/messages/launcher-messages.ts";
import { Failure } from "../../../api/reasons/failure.ts";
import type { BrowserLoad, BrowserProcess, EndCauses } from "../chromium/browser-process.ts";
import { LaunchFailure } from "../chromium/launch-failure.ts";
import { browserOutOfMemory, pageOutOfMemory } from "../chromium/out-of-memory.ts";
import type { MemoryUse } from "../chromium/out-of-memory.ts";

interface ContainedProcessOptions {
  browser: string;
  recycleAboveBytes: number;
  send: (order: LauncherOrder) => void;
  /** Ends the connection of a launcher that does not do what it is told. */
  abandon: (problem: Error) => void;
  /** The launcher's last word on the memory of its container. */
  memoryUse: () => MemoryUse | undefined;
}

/** A SIGKILL takes less, also on a busy node. */
const killTimeoutMilliseconds = 10_000;
/** From here on the kernel may have ended a whole container before its launcher could act. */
const dangerousShare = 0.8;
const containerEnded = "The container of the browser ended, or does not answer";

/** A Chromium in a container of its own, known by what the launcher there reports. */
export class ContainedProcess implements BrowserProcess {
  readonly exited: Promise<void>;
  readonly gone: Promise<void>;
  readonly recycleAboveBytes: number;
  readonly #options: ContainedProcessOptions;
  readonly #started = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<void>();
  #devtools: Socket | undefined;
  #pid = 0;
  #load: BrowserLoad = { memoryBytes: 0, processes: 0 };
  #endCauses: EndCauses = {};
  #problem: LaunchFailure | undefined;

  constructor(options: ContainedProcessOptions) {
    this.#options = options;
    this.recycleAboveBytes = options.recycleAboveBytes;
    this.exited = this.#exited.promise;
    this.gone = this.exited;
  }

  /** Resolves when the launcher has started it, or when it has ended before. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  get pid(): number {
    return this.#pid;
  }

  get endCauses(): EndCauses {
    return this.#endCauses.browser === undefined
      ? { ...this.#endCauses, browser: this.#suspectedCause() }
      : this.#endCauses;
  }

  /** Its end of the DevTools pipe, which is closed with the process. */
  connect(devtools: Socket): void {
    this.#devtools = devtools;
    if (this.#problem !== undefined) devtools.destroy();
  }

  /** Takes in a report about this browser. */
  note(report: Exclude<LauncherReport, { kind: "Ready" | "Load" }>): void {
    if (report.kind === "Started") {
      this.#pid = report.pid;
      this.#started.resolve();
    } else if (report.kind === "EndsPage")
      this.#endCauses = { ...this.#endCauses, page: pageOutOfMemory(report) };
    else if (report.kind === "EndsBrowser")
      this.#endCauses = { ...this.#endCauses, browser: browserOutOfMemory(report) };
    else this.#end(new LaunchFailure(report.reason, report.message, undefined));
  }

  noteLoad(load: BrowserLoad): void {
    this.#load = load;
  }

  /** The launcher is gone, and with it everything that it started. */
  lose(): void {
    const browser =
      this.endCauses.browser ?? new Failure("BrowserFailed", { message: containerEnded });
    this.#endCauses = { ...this.#endCauses, browser };
    this.#end(new LaunchFailure("BrowserContainerAway", containerEnded, undefined));
  }

  async measure(): Promise<BrowserLoad> {
    return this.#load;
  }

  /** Left to the launcher, which sees the memory of the whole container. */
  async killLargestRenderer(): Promise<void> {}

  /** The browser counts as ended at once; a launcher that does not say so in time is given up, since nobody vouches for it. */
  kill(): void {
    this.#options.send({ kind: "Kill", browser: this.#options.browser });
    this.#devtools?.destroy();
    void this.#awaitEnd();
  }

  async #awaitEnd(): Promise<void> {
    // A launch that is under way has limits of its own.
    await this.started;
    const timer = setTimeout(
      () => this.#options.abandon(new Error("It did not end a browser")),
      killTimeoutMilliseconds,
    );
    await this.exited;
    clearTimeout(timer);
  }

  explainLaunchFailure(thrown: unknown): LaunchFailure {
    if (this.#problem !== undefined) return this.#problem;
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    return new LaunchFailure("BrowserFailed", `Chromium did not start (${said})`, thrown);
  }

  #end(problem: LaunchFailure): void {
    this.#problem ??= problem;
    this.#devtools?.destroy();
    this.#started.resolve();
    this.#exited.resolve();
  }

  /** A container that ended all at once could not say why. */
  #suspectedCause(): Failure | undefined {
    const use = this.#options.memoryUse();
    if (use === undefined || use.usedBytes < dangerousShare * use.limitBytes) return undefined;
    return browserOutOfMemory(use);
  }
}

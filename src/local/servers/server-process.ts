import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

export interface ServerProcessOptions {
  /** For messages. */
  name: string;
  command: string;
  arguments: readonly string[];
  environment?: Readonly<Record<string, string | undefined>>;
  /** Both output streams are appended to it. */
  logFile: string;
  /** Whether it can be used; asked again and again until it can. Throwing counts as no. */
  isReady: (signal: AbortSignal) => Promise<boolean>;
  /** Default 60. */
  readyTimeoutSeconds?: number;
  /** Between SIGTERM and SIGKILL; default 15. */
  stopTimeoutSeconds?: number;
  /** Makes a sentence of the end of the log, for programs that log JSON; default: the lines themselves. */
  explain?: (lines: string) => string;
}

const pollMilliseconds = 100;

/**
 * A child process that can be used again and again: after `stop()` or `kill()` it starts anew with the same arguments. It
 * has a process group of its own, so that Ctrl-C in a terminal reaches only who started it, and it dies with this process
 * even when that is killed outright.
 */
export class ServerProcess {
  readonly name: string;
  readonly logFile: string;
  readonly #options: ServerProcessOptions;
  #child: ChildProcess | undefined;
  #watchdog: ChildProcess | undefined;
  #exit: Promise<string> = Promise.resolve("not started");
  /** Where the present run begins in the log, which earlier runs have written to. */
  #logOffset = 0;

  constructor(options: ServerProcessOptions) {
    this.name = options.name;
    this.logFile = options.logFile;
    this.#options = options;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.isRunning ? this.#child?.pid : undefined;
  }

  get isRunning(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Resolves with "exit code 1" or "SIGKILL" when the present run has ended. */
  get exited(): Promise<string> {
    return this.#exit;
  }

  /** Resolves when it is ready; throws a sentence with the end of its log when it does not become so. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.isRunning) throw new Error(`${this.name} runs already`);
    signal.throwIfAborted();
    this.#launch();
    try {
      await this.#becomeReady(signal);
    } catch (thrown) {
      await this.stop();
      throw thrown;
    }
  }

  /** SIGTERM, and SIGKILL when that does not help in time. Resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.isRunning) {
      this.#child?.kill("SIGTERM");
      const limit = (this.#options.stopTimeoutSeconds ?? 15) * 1000;
      const timer = setTimeout(() => this.#child?.kill("SIGKILL"), limit);
      await this.#exit;
      clearTimeout(timer);
    }
    this.#dismissWatchdog();
  }

  /** SIGKILL, as a crash would be. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#exit;
    this.#dismissWatchdog();
  }

  /** The last lines it logged since it was started, for error messages. */
  lastLines(count = 5): string {
    try {
      const log = readFileSync(this.logFile).subarray(this.#logOffset).toString("utf8");
      return log.trim().split("\n").slice(-count).join("\n");
    } catch {
      return "(no log)";
    }
  }

  #explanation(): string {
    const lines = this.lastLines(20);
    return this.#options.explain?.(lines) ?? lines.split("\n").slice(-5).join("\n");
  }

  #launch(): void {
    this.#dismissWatchdog();
    const [command = "", ...rest] = this.#commandLine();
    const log = openSync(this.logFile, "a", 0o600);
    this.#logOffset = fstatSync(log).size;
    try {
      const child = spawn(command, rest, {
        stdio: ["ignore", log, log],
        detached: true,
        ...(this.#options.environment !== undefined && { env: this.#options.environment }),
      });
      this.#child = child;
      this.#exit = new Promise((resolve) => {
        child.on("error", (error) => resolve(error.message));
        child.on("exit", (code, signalName) => {
          endGroup(child.pid);
          resolve(signalName ?? `exit code ${code}`);
        });
      });
      if (!hasParentDeathSignal() && child.pid !== undefined) this.#guard(child.pid);
    } finally {
      closeSync(log);
    }
  }

  #commandLine(): string[] {
    const own = [this.#options.command, ...this.#options.arguments];
    return hasParentDeathSignal() ? ["setpriv", "--pdeathsig", "KILL", "--", ...own] : own;
  }

  /** Where setpriv is missing: a shell that waits for our end of a pipe to close, then kills the child. */
  #guard(pid: number): void {
    const program = 'cat >/dev/null; kill -KILL "$1" 2>/dev/null';
    this.#watchdog = spawn("/bin/sh", ["-c", program, "watchdog", String(pid)], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    this.#watchdog.on("error", () => undefined);
    this.#watchdog.unref();
  }

  #dismissWatchdog(): void {
    this.#watchdog?.kill("SIGKILL");
    this.#watchdog = undefined;
  }

  async #becomeReady(signal: AbortSignal): Promise<void> {
    const limitSeconds = this.#options.readyTimeoutSeconds ?? 60;
    const limit = AbortSignal.timeout(limitSeconds * 1000);
    const either = AbortSignal.any([signal, limit]);
    let ended: string | undefined;
    void this.#exit.then((how) => {
      ended = how;
    });
    while (!(await this.#isReady(either))) {
      signal.throwIfAborted();
      if (ended !== undefined)
        throw new Error(`${this.name} ended at once (${ended}): ${this.#explanation()}`);
      if (limit.aborted)
        throw new Error(
          `${this.name} was not ready within ${limitSeconds} seconds; the end of ${this.logFile}: ${this.#explanation()}`,
        );
      await delay(pollMilliseconds, undefined, { signal: either }).catch(() => undefined);
    }
  }

  async #isReady(signal: AbortSignal): Promise<boolean> {
    if (!this.isRunning) return false;
    try {
      return await this.#options.isReady(signal);
    } catch {
      return false;
    }
  }
}

/** What a killed program left running of its own children, in the process group it led. */
function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // Nobody is left.
  }
}

let parentDeathSignal: boolean | undefined;

/** Whether util-linux's setpriv is here and knows `--pdeathsig` (Linux only). */
function hasParentDeathSignal(): boolean {
  parentDeathSignal ??=
    spawnSync("setpriv", ["--pdeathsig", "KILL", "true"], { stdio: "ignore" }).status === 0;
  return parentDeathSignal;
}

import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Deadline } from "../../platform/process/deadline.ts";

interface ServerProcessOptions {
  /** For messages. */
  name: string;
  command: string;
  arguments: readonly string[];
  environment?: Readonly<Record<string, string | undefined>>;
  /** Both output streams are appended to it. */
  logFile: string;
  /** Whether it is ready; called until it is. A rejection counts as no. */
  isReady: (signal: AbortSignal) => Promise<boolean>;
  /** Default 60. */
  readyTimeoutSeconds?: number;
  /** Between SIGTERM and SIGKILL; default 15. */
  stopTimeoutSeconds?: number;
  /** Turns the end of the log into a sentence, for programs that log JSON; default: the last lines. */
  explain?: (lines: string) => string;
}

const pollMilliseconds = 100;

/**
 * A child process that can be started again after `stop()`, `kill()` or an exit. It leads a process group, so that Ctrl-C in a
 * terminal does not reach it, and it ends when this process is killed.
 */
export class ServerProcess {
  readonly name: string;
  readonly logFile: string;
  readonly #options: ServerProcessOptions;
  #child: ChildProcess | undefined;
  #watchdog: ChildProcess | undefined;
  #exit: Promise<string> = Promise.resolve("not started");
  /** Where this run begins in the log, which earlier runs have written to. */
  #logOffset = 0;

  constructor(options: ServerProcessOptions) {
    this.name = options.name;
    this.logFile = options.logFile;
    this.#options = options;
  }

  /** Undefined if it does not run. */
  get pid(): number | undefined {
    return this.isRunning ? this.#child?.pid : undefined;
  }

  get isRunning(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Resolves when this run has ended, with "exit code 1" or "SIGKILL". */
  get exited(): Promise<string> {
    return this.#exit;
  }

  /** Resolves when it is ready; else rejects with a sentence that has the end of its log. */
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

  /** Sends SIGTERM, and SIGKILL after the stop timeout. Resolves when it has ended. */
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

  /** Sends SIGKILL, as a crash does. Resolves when it has ended. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#exit;
    this.#dismissWatchdog();
  }

  /** The last lines that this run has logged, for error messages. */
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

  /** Without setpriv, a shell waits until this process's end of a pipe closes, and then kills the child. */
  #guard(pid: number): void {
    // Builtins only: with a PATH that has no `cat`, the shell would not wait and kill the child at once.
    const program = 'while read -r _; do :; done; kill -KILL "$1" 2>/dev/null';
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
    using deadline = new Deadline({ milliseconds: limitSeconds * 1000, parents: [signal] });
    let ended: string | undefined;
    void this.#exit.then((how) => {
      ended = how;
    });
    while (!(await this.#isReady(deadline.signal))) {
      signal.throwIfAborted();
      if (ended !== undefined)
        throw new Error(`${this.name} ended at once (${ended}): ${this.#explanation()}`);
      if (deadline.isReached)
        throw new Error(
          `${this.name} was not ready within ${limitSeconds} seconds; the end of ${this.logFile}: ${this.#explanation()}`,
        );
      await delay(pollMilliseconds, undefined, { signal: deadline.signal }).catch(() => undefined);
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

/** Kills the children that the process left behind in its group. */
function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // The group is empty.
  }
}

let parentDeathSignal: boolean | undefined;

/** Whether there is a setpriv (util-linux, on Linux) with `--pdeathsig`. */
function hasParentDeathSignal(): boolean {
  parentDeathSignal ??=
    spawnSync("setpriv", ["--pdeathsig", "KILL", "true"], { stdio: "ignore" }).status === 0;
  return parentDeathSignal;
}

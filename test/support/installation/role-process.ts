import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "../eventually.ts";

const main = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));

export type LogLine = Record<string, unknown> & { message?: string };

export interface RoleProcessOptions {
  role: "controller" | "gateway" | "worker" | "egress";
  /** After the role on the command line. */
  words?: readonly string[];
  /** User and group to run as; that of the test by default. */
  uid?: number | undefined;
  environment: Record<string, string>;
  /** Settings whose values are secrets: the process gets the path of a private file with the value. */
  secrets: Record<string, string>;
}

/** `stills <role>` as a process of its own, seen from outside: its log, its metrics, its exit code. */
export class RoleProcess implements AsyncDisposable {
  /** Private to this process, and its TMPDIR: a killed worker leaves its browser's folders there. */
  readonly folder: string;
  /** Resolves to the exit code; null after a signal. */
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  #output = "";

  protected constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.folder = folder;
    this.exited = new Promise((resolve, reject) => {
      child.once("exit", (code) => resolve(code));
      child.once("error", reject);
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        this.#output += chunk;
        if (process.env["STILLS_TEST_LOG"] !== undefined) process.stderr.write(chunk);
      });
  }

  protected static async spawn(options: RoleProcessOptions): Promise<[ChildProcess, string]> {
    const folder = await mkdtemp(join(tmpdir(), `stills-test-${options.role}-`));
    // The browser's unprivileged user needs to reach its profile in there.
    await chmod(folder, 0o711);
    const files: Record<string, string> = {};
    for (const [setting, secret] of Object.entries(options.secrets)) {
      files[setting] = join(folder, setting);
      await writeFile(files[setting], secret, { mode: 0o600 });
    }
    const { uid, words = [] } = options;
    if (uid !== undefined) await chown(folder, uid, uid);
    const child = spawn(process.execPath, [main, options.role, ...words], {
      ...(uid !== undefined && { uid, gid: uid }),
      env: {
        PATH: process.env["PATH"],
        // Undefined where `node --test` was not started by npm.
        NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
        STILLS_BROWSER_CACHE_DIR: process.env["STILLS_BROWSER_CACHE_DIR"],
        TMPDIR: folder,
        STILLS_METRICS_HOST: "127.0.0.1",
        STILLS_METRICS_PORT: "0",
        ...files,
        ...options.environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return [child, folder];
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Everything the process has written so far. */
  get output(): string {
    return this.#output;
  }

  /** The log lines with this message, so far. */
  logged(message: string): LogLine[] {
    return this.#output
      .split("\n")
      .slice(0, -1)
      .filter((line) => line.startsWith("{") && line.includes(JSON.stringify(message)))
      .map((line) => JSON.parse(line) as LogLine);
  }

  /** The first line with this message, once it is logged. */
  async untilLogged(message: string): Promise<LogLine> {
    return await this.eventually(`the process logs "${message}"`, () => this.logged(message)[0]);
  }

  /** Waits as `eventually` does, and gives up when the process ends. */
  async eventually<T extends object | string | true>(
    what: string,
    check: () => Promise<T | undefined | false> | T | undefined | false,
  ): Promise<T> {
    return await eventually(what, check, {
      giveUp: () => (this.hasEnded ? `it has ended: ${this.#output}` : undefined),
    });
  }

  /** The page of metrics. */
  async metrics(): Promise<string> {
    const { url } = await this.untilLogged("Serving probes and metrics");
    return await (await fetch(`${String(url)}/metrics`)).text();
  }

  /** The value of a metric line, as `name{labels}`. */
  async metric(line: string): Promise<number> {
    const found = (await this.metrics()).split("\n").find((text) => text.startsWith(`${line} `));
    return Number(found?.slice(line.length + 1));
  }

  /** The most memory that it had resident since it began, or since `forgetPeakMemory`. */
  async peakMemoryBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  async forgetPeakMemory(): Promise<void> {
    await writeFile(`/proc/${this.pid}/clear_refs`, "5");
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends the signal and waits until the process has ended. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    if (this.hasEnded) return;
    this.signal(signal);
    await this.exited;
  }

  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "../../support/eventually.ts";
import type { TestNATS } from "../../support/servers.ts";
import { pool } from "./controller-stand-in.ts";

const main = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));

/** A worker process, seen from outside: its log, its children, its exit code. */
export class WorkerProcess implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly #folder: string;
  #output = "";

  private constructor(child: ChildProcess, folder: string) {
    this.process = child;
    this.#folder = folder;
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
  }

  static async start(
    server: TestNATS,
    egressURL: string,
    env: Record<string, string> = {},
  ): Promise<WorkerProcess> {
    const folder = await mkdtemp(join(tmpdir(), "stills-test-worker-"));
    // The browser's unprivileged user needs access to its profile in there.
    await chmod(folder, 0o711);
    const { user, password } = server.users[`worker-${pool}`]!;
    const passwordFile = join(folder, "password");
    await writeFile(passwordFile, password, { mode: 0o600 });
    const child = spawn(process.execPath, [main, "worker"], {
      env: {
        ...process.env,
        // A separate folder: a killed worker leaves its browser's folders for the next worker to remove.
        TMPDIR: folder,
        STILLS_POOL: pool,
        STILLS_WORKER_NAME: `worker-${Math.random().toString(36).slice(2)}`,
        STILLS_METRICS_HOST: "127.0.0.1",
        STILLS_METRICS_PORT: "0",
        STILLS_NATS_URL: server.url,
        STILLS_NATS_USER: user,
        STILLS_NATS_PASSWORD_FILE: passwordFile,
        STILLS_EGRESS_URL: egressURL,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new WorkerProcess(child, folder);
  }

  /** Everything it wrote so far. */
  get output(): string {
    return this.#output;
  }

  /** What it logged under one message, as parsed lines. */
  logged(message: string): Record<string, unknown>[] {
    return this.#output
      .split("\n")
      .filter((line) => line.startsWith("{") && line.includes(JSON.stringify(message)))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Process groups of the browsers it has launched. */
  get browserPIDs(): number[] {
    return this.logged("Launched browser").map((line) => line["browserPID"] as number);
  }

  /** Command lines of the running processes of all its browsers. */
  browserProcesses(): string[] {
    const groups = new Set(this.browserPIDs.map(String));
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
          const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
          if (state === "Z" || !groups.has(group ?? "")) return [];
          return [readFileSync(`/proc/${pid}/cmdline`, "utf8")];
        } catch {
          return [];
        }
      });
  }

  async metrics(): Promise<string> {
    const [line] = await eventually("the worker serves its metrics", () => {
      const lines = this.logged("Serving probes and metrics");
      return lines.length > 0 && lines;
    });
    return await (await fetch(`${String(line?.["url"])}/metrics`)).text();
  }

  /** Its exit code, once it has ended; null after a signal. */
  async ended(): Promise<number | null> {
    const { exitCode, signalCode } = this.process;
    if (exitCode === null && signalCode === null) await once(this.process, "exit");
    return this.process.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill("SIGKILL");
    await this.ended();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

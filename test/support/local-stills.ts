import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { eventually } from "./eventually.ts";
import { StillsClient } from "./stills-client.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

export type { LocalCoordinates };

export interface LocalStillsOptions {
  env?: Record<string, string>;
}

/** The whole system as a user starts it, in its own folder, seen only from outside: files, processes, kubectl, S3. */
export class LocalStills extends StillsClient {
  readonly process: ChildProcess;
  #output = "";

  private constructor(directory: string, child: ChildProcess) {
    super(directory);
    this.process = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
  }

  static async start(options: LocalStillsOptions = {}): Promise<LocalStills> {
    const directory = await mkdtemp(join(tmpdir(), "stills-test-"));
    const child = spawn(process.execPath, [join(root, "src/main.ts"), "local"], {
      cwd: root,
      env: {
        ...process.env,
        STILLS_LOCAL_DIR: directory,
        STILLS_LOCAL_PORT: "0",
        ...options.env,
      },
      // The channel closes when this process is killed, and the composition stops.
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    child.channel?.unref();
    const stills = new LocalStills(directory, child);
    // The start ends with a first picture; a fault before that would end the process.
    await eventually("the local Stills is ready", () => stills.output.includes("Ctrl-C stops"), {
      limitSeconds: 300,
      giveUp: () => (child.exitCode === null ? undefined : `it ended: ${stills.output}`),
    });
    return stills;
  }

  /** Everything it printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Kills the process and waits until the composition has replaced it; returns the new pid. */
  async killAndAwaitReplacement(role: string, pid: number): Promise<number> {
    const before = new Set((await this.coordinates()).pids[role]);
    process.kill(pid, "SIGKILL");
    const replacement = await eventually(`a new ${role} instead of ${pid}`, async () => {
      const after = (await this.coordinates()).pids[role] ?? [];
      if (after.includes(pid)) return undefined;
      const found = after.find((candidate) => !before.has(candidate));
      return found !== undefined && { pid: found };
    });
    return replacement.pid;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = new Promise((resolve) => this.process.once("exit", resolve));
      this.process.kill("SIGINT");
      await ended;
    }
    await rm(this.directory, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
